import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { FlvDemuxer, type FlvPicture } from '../../src/ffmpeg/flv-demux.js';

const HEAD = Uint8Array.of(0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0);

/** A tag as ffmpeg writes it. */
function tag(kind: number, milliseconds: number, body: readonly number[]): Uint8Array {
  const high = (value: number, bytes: number): number[] =>
    Array.from({ length: bytes }, (_, at) => Math.floor(value / 2 ** (8 * (bytes - 1 - at))) % 256);
  const time = [...high(milliseconds % 2 ** 24, 3), Math.floor(milliseconds / 2 ** 24)];
  return Uint8Array.from([kind, ...high(body.length, 3), ...time, 0, 0, 0, ...body, ...high(body.length + 11, 4)]);
}

const configuration = (...bytes: number[]): Uint8Array => tag(9, 0, [0x17, 0, 0, 0, 0, ...bytes]);
const picture = (milliseconds: number, keyframe: boolean, data: readonly number[]): Uint8Array =>
  tag(9, milliseconds, [keyframe ? 0x17 : 0x27, 1, 0, 0, 0, ...data]);

function read(bytes: Uint8Array, cuts: readonly number[]): FlvPicture[] {
  const demuxer = new FlvDemuxer();
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return places.flatMap((from, at) => demuxer.push(Uint8Array.from(bytes.subarray(from, places[at + 1] ?? from))));
}

suite('FLV', () => {
  test('pictures come out whole and in order, however the bytes are cut', () => {
    const pictures = fc.array(
      fc.record({
        milliseconds: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        keyframe: fc.boolean(),
        data: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(pictures, fc.array(fc.nat(), { maxLength: 12 }), (sent, cuts) => {
        const tags = sent.map(({ milliseconds, keyframe, data }) => picture(milliseconds, keyframe, data));
        const got = read(Buffer.concat([HEAD, tag(18, 0, [1, 2]), configuration(1, 100), ...tags]), cuts);
        assert.deepEqual(
          got.map(({ milliseconds, keyframe, data }) => ({ milliseconds, keyframe, data: [...data] })),
          sent.map((one) => ({ ...one })),
        );
        assert.ok(got.every((each) => each.configuration.join() === '1,100'));
      }),
    );
  });

  test('a picture is there with its last byte, and a new configuration with the picture after it', () => {
    const demuxer = new FlvDemuxer();
    demuxer.push(Buffer.concat([HEAD, configuration(1)]));
    const bytes = picture(40, true, [7, 7, 7]);
    assert.equal(demuxer.push(bytes.subarray(0, -1)).length, 0);
    assert.equal(demuxer.push(bytes.subarray(-1)).length, 1);
    const [next] = demuxer.push(Buffer.concat([configuration(2), picture(80, true, [8])]));
    assert.deepEqual([...(next?.configuration ?? [])], [2]);
  });

  test('whatever comes, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (chunks) => {
        const demuxer = new FlvDemuxer();
        for (const chunk of chunks) demuxer.push(chunk);
      }),
    );
  });
});
