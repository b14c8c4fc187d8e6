import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { bytesOf, headerOf, RtspSplitter, withHeader, type RtspPart } from '../../src/ffmpeg/rtsp-messages.js';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z-]{0,12}$/).filter((text) => text.toLowerCase() !== 'content-length');
const value = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/);
const first = fc.constantFrom(
  'RTSP/1.0 200 OK',
  'OPTIONS rtsp://a/b RTSP/1.0',
  'RTSP/1.0 401 Unauthorized',
  'GET_PARAMETER * RTSP/2.0',
);
const message = fc
  .record({ first, headers: fc.array(fc.tuple(name, value), { maxLength: 5 }), body: fc.uint8Array({ maxLength: 40 }) })
  .map((made): RtspPart =>
    made.body.length === 0 ? made : withHeader(made, 'Content-Length', String(made.body.length)),
  );
const data = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes): RtspPart => Buffer.from([0x24, 1, 0, bytes.length, ...bytes]));
const written = (part: RtspPart): Uint8Array => (part instanceof Uint8Array ? part : bytesOf(part));

suite('RTSP messages', () => {
  test('however the bytes arrive, the parts that were sent come out', () => {
    const parts = fc.array(fc.oneof(message, data), { maxLength: 8 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat(200)), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(written));
        const splitter = new RtspSplitter();
        const got: RtspPart[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          got.push(...splitter.push(bytes.subarray(at, at + cut)));
          at = Math.min(bytes.length, at + cut);
        }
        assert.deepEqual(
          got.map((part) => Buffer.from(written(part))),
          sent.map((part) => Buffer.from(written(part))),
        );
      }),
    );
  });

  test('fuzz: any bytes are parts, the beginning of one, or refused', () => {
    const near = fc
      .tuple(fc.array(fc.oneof(message, data)), fc.uint8Array({ maxLength: 30 }), fc.nat(400))
      .map(([parts, dirt, at]) => {
        const bytes = Buffer.concat(parts.map(written));
        return Buffer.concat([bytes.subarray(0, at), dirt, bytes.subarray(at)]);
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), near), (bytes) => {
        try {
          for (const part of new RtspSplitter().push(bytes)) assert.ok(written(part).length > 0);
        } catch (thrown) {
          assert.match((thrown as Error).message, /^(no RTSP|no header|a head without an end|a body without bounds)$/);
        }
      }),
    );
  });

  test('what never ends is refused, not gathered', () => {
    const heads = ['x'.repeat(40_000), `RTSP/1.0 200 OK\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`];
    const bodies = ['1048577', '-1', '1e3', '99999999999999999999'].map(
      (length) => `RTSP/1.0 200 OK\r\nContent-Length: ${length}\r\n\r\n`,
    );
    for (const text of [...heads, ...bodies]) assert.throws(() => new RtspSplitter().push(Buffer.from(text)));
  });

  test('headers are found whatever their case, and replaced', () => {
    const before = { first: 'RTSP/1.0 200 OK', headers: [['cseq', '1'], ['Session', 'a']] as const, body: new Uint8Array(0) }; // prettier-ignore
    const after = withHeader(before, 'CSeq', '2');
    assert.deepEqual([headerOf(after, 'cseq'), headerOf(after, 'session'), after.headers.length], ['2', 'a', 2]);
  });
});
