import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { ffmpegsWith, LiveProcess, type LiveEvent } from '../fakes/live-process.js';
import { RtspCamera } from '../fakes/rtsp-camera.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

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
      const user = 'password' in options ? 'admin:p%40ss%3Aw0rd' : '';
      const args = [camera.address('thermal', user), '--transport', 'auto', '--to', join(folder, 'a.mp4')];
      const daylit = new LiveProcess(t, args, folder);
      assert.equal((await daylit.source('live')).epoch, 0);
      await daylit.next('frames', enough);
      assert.equal((await daylit.stop()).status, 0, daylit.said);
      assert.doesNotMatch(daylit.said, /p%40ss|p@ss/);
      assert.deepEqual(ffmpegsWith(`:${camera.port}/`), []);
    });
  }

  test('a camera with a certificate of its own: told that it is not checked, or refused where it is', async (t) => {
    const folder = await temporaryFolder(t);
    const camera = await RtspCamera.start(t, { certificate: certificate(folder) });
    const daylit = new LiveProcess(t, [camera.address(), '--to', join(folder, 'a.mp4')], folder);
    if ((await findFfmpeg()).checksCertificates) {
      assert.equal((await daylit.source('failed')).code, 'CERTIFICATE_REFUSED');
    } else {
      await daylit.source('live');
      await daylit.next('frames', enough);
      assert.match(daylit.said, /does not check the certificate of rtsps:\/\/127/);
    }
    assert.equal((await daylit.stop()).status, 0, daylit.said);
    assert.deepEqual(ffmpegsWith(`:${camera.port}/`), []);
  });
});
