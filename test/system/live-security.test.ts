import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ffmpegsIn, LiveProcess, type LiveEvent } from '../fakes/live-process.js';
import { RtspCamera } from '../fakes/rtsp-camera.js';
import { comesTrue } from '../fakes/ffmpeg-processes.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const USER = 'admin:p%40ss%3Aw0rd';

const enough = ({ event, coloured = 0 }: LiveEvent): boolean => event === 'status' && coloured >= 10;

/** A self-signed certificate for 127.0.0.1 with its key, in one file. */
function certificate(folder: string): string {
  const path = join(folder, 'camera.pem');
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  execFileSync('openssl', [...request, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', path, '-out', `${path}.crt`], { stdio: 'ignore' }); // prettier-ignore
  execFileSync('sh', ['-c', 'cat "$0.crt" >> "$0"', path]);
  return path;
}

suite('cameras behind passwords and TLS', () => {
  for (const [name, options] of [
    ['basic authentication', { password: 'p@ss:w0rd', basic: true }],
    ['pictures by TCP alone', { only: 'tcp' }],
    ['pictures by UDP alone', { only: 'udp' }],
  ] as const) {
    test(`${name}, with --transport auto`, async (t) => {
      const folder = await temporaryFolder(t);
      const camera = await RtspCamera.start(t, options);
      const user = 'password' in options ? USER : '';
      const args = [camera.address('thermal', user), '--transport', 'auto', '--to', join(folder, 'a.mp4')];
      const daylit = new LiveProcess(t, args, folder);
      assert.equal((await daylit.source('live')).epoch, 0);
      await daylit.next('frames', enough);
      assert.equal((await daylit.stop()).status, 0, daylit.said);
      assert.doesNotMatch(daylit.said, /p%40ss|p@ss/);
      assert.deepEqual(ffmpegsIn(folder), []);
    });
  }

  test('a camera and a receiver with a certificate of their own: refused, and let in where it is trusted', async (t) => {
    const folder = await temporaryFolder(t);
    const pem = certificate(folder);
    const options = { certificate: pem, password: 'p@ss:w0rd' };
    const camera = await RtspCamera.start(t, options);
    const receiver = await RtspCamera.start(t, options);
    const [source, push] = [camera.address('thermal', USER), receiver.address('record', USER)];
    const never = new LiveProcess(t, [source, '--to', join(folder, 'a.mp4')], folder);
    assert.equal((await never.source('failed')).code, 'CERTIFICATE_REFUSED');
    assert.equal((await never.stop()).status, 0, never.said);

    const daylit = new LiveProcess(t, [source, '--to', push], folder, 'stdout', { NODE_EXTRA_CA_CERTS: pem });
    await daylit.source('live');
    await daylit.next(
      'pushed frames',
      ({ event, outputs: [first] = [] }) => event === 'status' && (first?.frames ?? 0) >= 30,
    );
    assert.equal(ffmpegsIn(folder).length, 2);
    assert.doesNotMatch(ffmpegsIn(folder).join(), /p%40ss|p@ss|admin/, 'seen by all users of the machine');
    assert.equal((await daylit.stop()).status, 0, daylit.said);
    assert.ok(receiver.received >= 20);
    // They say so in a process of their own.
    assert.ok(await comesTrue(() => camera.goodbyes === 1 && receiver.goodbyes === 1, 10_000), 'no goodbye');
    assert.doesNotMatch(daylit.said + never.said, /p%40ss|p@ss/);
    assert.deepEqual(ffmpegsIn(folder), []);
  });
});
