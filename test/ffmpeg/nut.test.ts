import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { byteLengthOf } from '../../src/core/frame.js';
import { NutDemuxer, type NutFrame } from '../../src/ffmpeg/nut-demux.js';
import { NutMuxer, type RawVideo } from '../../src/ffmpeg/nut-mux.js';

interface Picture {
  readonly pts: number;
  readonly pixels: Uint8Array;
}

/** Plain objects, as deepEqual compares prototypes too. */
const plain = { noNullPrototype: true };
const side = fc.integer({ min: 1, max: 40 });
const video: fc.Arbitrary<RawVideo> = fc.record(
  {
    format: fc.constantFrom('gray8' as const, 'gray16le' as const, 'rgb24' as const),
    size: fc.record({ width: side, height: side }, plain),
    timeBase: fc.record(
      { numerator: fc.integer({ min: 1, max: 1001 }), denominator: fc.integer({ min: 1, max: 90000 }) },
      plain,
    ),
  },
  plain,
);

/** A stream of one to six pictures with arbitrary content and times, also going back. */
const stream = video.chain((declared) => {
  const length = byteLengthOf(declared.format, declared.size);
  const picture = fc.record({
    pts: fc.oneof(fc.nat(1000), fc.nat({ max: 2 ** 40 })),
    pixels: fc.uint8Array({ minLength: length, maxLength: length }),
  });
  return fc.record({ declared: fc.constant(declared), pictures: fc.array(picture, { minLength: 1, maxLength: 6 }) });
});

function muxed(declared: RawVideo, pictures: readonly Picture[]): Buffer {
  const muxer = new NutMuxer(declared);
  return Buffer.concat([muxer.header(), ...pictures.flatMap(({ pts, pixels }) => [muxer.frame(pts), pixels])]);
}

/** Pushes bytes cut at the given places, each chunk in memory that is overwritten afterwards. */
function demuxed(bytes: Uint8Array, cuts: readonly number[] = []): { frames: NutFrame[]; demuxer: NutDemuxer } {
  const demuxer = new NutDemuxer(new BufferPool());
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const frames = places.slice(1).flatMap((end, index) => {
    const chunk = Uint8Array.from(bytes.subarray(places[index], end));
    const given = demuxer.push(chunk);
    chunk.fill(0x4e);
    return given;
  });
  return { frames, demuxer };
}

function assertSame(frames: readonly NutFrame[], pictures: readonly Picture[]): void {
  assert.deepEqual(
    frames.map(({ pts }) => pts),
    pictures.map(({ pts }) => pts),
  );
  frames.forEach(({ pixels }, index) => {
    assert.equal(Buffer.compare(pixels, pictures[index]?.pixels ?? new Uint8Array()), 0);
  });
}

suite('NUT', () => {
  test('what is written is read again, however it is cut into chunks', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), ({ declared, pictures }, cuts) => {
        const { frames, demuxer } = demuxed(muxed(declared, pictures), cuts);
        assertSame(frames, pictures);
        assert.deepEqual(demuxer.video, declared);
        assert.equal(demuxer.damages, 0);
        assert.equal(demuxer.unfinished, false);
      }),
      { numRuns: 150 },
    );
  });

  test('the same byte by byte', () => {
    const declared: RawVideo = {
      format: 'gray8',
      size: { width: 5, height: 3 },
      timeBase: { numerator: 1, denominator: 25 },
    };
    const pictures = [3, 90000, 4].map((pts) => ({ pts, pixels: new Uint8Array(15).fill(0x4e) }));
    const bytes = muxed(declared, pictures);
    assertSame(demuxed(bytes, [...bytes.keys()]).frames, pictures);
  });

  test('bytes that are not NUT give nothing and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), fc.array(fc.nat()), (bytes, cuts) => {
        assert.deepEqual(demuxed(bytes, cuts).frames, []);
      }),
      { numRuns: 200 },
    );
  });

  test('damage anywhere behind the headers costs frames but never an exception, and what comes far behind it is whole', () => {
    const hurt = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(stream, hurt, fc.array(fc.nat()), ({ declared, pictures }, hurts, cuts) => {
        const head = new NutMuxer(declared).header().length;
        const bytes = muxed(declared, pictures);
        for (const { at, value } of hurts) bytes[head + (at % (bytes.length - head))] = value;
        const whole = { pts: 77, pixels: new Uint8Array(byteLengthOf(declared.format, declared.size)).fill(9) };
        // A hurt length can claim at most the frame that stood there, so a second copy is safe.
        const tail = muxed(declared, [whole, whole]).subarray(head);
        const { frames } = demuxed(Buffer.concat([bytes, tail]), cuts);
        assert.ok(frames.length <= pictures.length + 2);
        assert.equal(frames.at(-1)?.pts, 77);
        assert.equal(Buffer.compare(frames.at(-1)?.pixels ?? new Uint8Array(), whole.pixels), 0);
      }),
      { numRuns: 200 },
    );
  });

  test('missing bytes are noticed and reading goes on at the next synchronisation point', () => {
    const declared: RawVideo = {
      format: 'rgb24',
      size: { width: 16, height: 8 },
      timeBase: { numerator: 1, denominator: 25 },
    };
    const pictures = [0, 1, 2, 3, 4].map((pts) => ({ pts, pixels: new Uint8Array(384).fill(pts) }));
    const bytes = muxed(declared, pictures);
    const head = new NutMuxer(declared).header().length;
    const cut = Buffer.concat([bytes.subarray(0, head + 100), bytes.subarray(head + 150)]);
    const { frames, demuxer } = demuxed(cut);
    assert.ok(demuxer.damages > 0);
    // The first frame swallows the next one's synchronisation point; from the third on all is sound.
    assertSame(frames.slice(1), pictures.slice(2));
  });

  test('a stream that begins in the middle is read from its next headers on', () => {
    const declared: RawVideo = {
      format: 'gray8',
      size: { width: 4, height: 4 },
      timeBase: { numerator: 1, denominator: 25 },
    };
    const picture = { pts: 5, pixels: new Uint8Array(16).fill(1) };
    const bytes = muxed(declared, [picture]);
    assertSame(demuxed(Buffer.concat([bytes.subarray(60), bytes])).frames, [picture]);
  });

  test('a cut-off frame is reported and its memory given back', () => {
    const declared: RawVideo = {
      format: 'gray8',
      size: { width: 4, height: 4 },
      timeBase: { numerator: 1, denominator: 25 },
    };
    const bytes = muxed(declared, [{ pts: 0, pixels: new Uint8Array(16) }]);
    const pool = new BufferPool();
    const demuxer = new NutDemuxer(pool);
    const [lost] = [pool.take(16)];
    pool.give(lost);
    assert.deepEqual(demuxer.push(bytes.subarray(0, bytes.length - 1)), []);
    assert.equal(demuxer.unfinished, true);
    demuxer.close();
    assert.equal(pool.take(16).buffer, lost.buffer);
  });

  test('times that NUT cannot hold are refused', () => {
    const muxer = new NutMuxer({
      format: 'gray8',
      size: { width: 4, height: 4 },
      timeBase: { numerator: 1, denominator: 25 },
    });
    for (const pts of [-1, 0.5, Number.NaN, 2 ** 53]) assert.throws(() => muxer.frame(pts), { code: 'INTERNAL' });
  });
});
