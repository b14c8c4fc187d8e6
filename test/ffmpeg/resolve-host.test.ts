import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { resolveHost, type Lookup } from '../../src/ffmpeg/resolve-host.js';

const HOSTS: Readonly<Record<string, string>> = { cam: '10.0.0.5', six: 'fe80::1' };
const find: Lookup = (name) => {
  const address = HOSTS[name];
  if (address === undefined) return Promise.reject(new Error('ENOTFOUND'));
  return Promise.resolve({ address, family: address.includes(':') ? 6 : 4 });
};

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['rtsp://cam/1?a=b', 'rtsp://10.0.0.5/1?a=b', []],
  ['rtsp://u:p%40:x@cam:8554/1', 'rtsp://u:p%40:x@10.0.0.5:8554/1', []],
  ['rtsp://six:554/1', 'rtsp://[fe80::1]:554/1', []],
  ['http://cam:81/v', 'http://10.0.0.5:81/v', ['-headers', 'Host: cam:81\r\n']],
  ['http://cam/v', 'http://10.0.0.5/v', ['-headers', 'Host: cam\r\n']],
  ['https://cam/v', 'https://cam/v', []],
  ['udp://@239.1.2.3:5000', 'udp://@239.1.2.3:5000', []],
  ['udp://@:5000', 'udp://@:5000', []],
  ['srt://[::1]:9000', 'srt://[::1]:9000', []],
];

suite('resolve host', () => {
  for (const [given, expected, options] of CASES) {
    test(given, async () => {
      assert.deepEqual(await resolveHost(given, find), { address: expected, options });
    });
  }

  test('an unknown name has a code of its own, and its error no password', async () => {
    for (const address of ['rtsp://u:secret@nowhere/1', 'https://u:secret@nowhere/']) {
      await assert.rejects(resolveHost(address, find), { code: 'HOST_NOT_FOUND', message: /: nowhere$/ });
    }
  });
});
