import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { forbiddenProtocol } from '../src/allowed-address.js';
import { parseStream } from '../src/config.js';

const FORBIDDEN: readonly (readonly [string, string])[] = [
  ['file:/etc/passwd', 'file'],
  ['FILE:///etc/passwd', 'file'],
  [' file:x', 'file'],
  ['concat:a.ts|b.ts', 'concat'],
  ['subfile,,start,32,end,0,,:/etc/passwd', 'subfile'],
  ['data:text/plain,hello', 'data'],
  ['crypto+file:secret', 'crypto'],
  ['hls+http://host/list.m3u8', 'hls'],
  ['async:cache:http://host/x', 'async'],
  ['pipe:0', 'pipe'],
  ['unix:/run/docker.sock', 'unix'],
  ['tee:a.mp4|b.mp4', 'tee'],
  ['lavfi:movie=/etc/passwd', 'lavfi'],
];

const ALLOWED = [
  ...['rtsp://user:file:x@host/concat:a', 'http://host/data:1', 'srt://host:9000?mode=caller', 'udp://239.1.1.1:5000'],
  ...['synthetic:street', 'v4l2:/dev/video0', 'C:\\video.mp4', './file:x.mp4', 'archive/%H:%M.mp4', 'file.mp4'],
];

suite('addresses', () => {
  test('a protocol that opens files or puts things together is told, however it is spelled', () => {
    for (const [address, protocol] of FORBIDDEN) assert.equal(forbiddenProtocol(address), protocol, address);
  });

  test('cameras, receivers and paths may be used', () => {
    for (const address of ALLOWED) assert.equal(forbiddenProtocol(address), undefined, address);
  });

  test('flags, library and file refuse it alike, as input and as output', () => {
    for (const [address] of FORBIDDEN) {
      assert.throws(() => parseStream({ input: address }), { code: 'PROTOCOL_FORBIDDEN' }, address);
      assert.throws(() => parseStream({ input: 'rtsp://host/x', outputs: [address] }), { code: 'PROTOCOL_FORBIDDEN' });
    }
  });
});
