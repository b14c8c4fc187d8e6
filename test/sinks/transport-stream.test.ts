import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { LatestPicture } from '../../src/sinks/latest-picture.js';
import { TransportCutter, type TransportPiece } from '../../src/sinks/transport-stream.js';
import { colourFrame } from '../fakes/colour-frames.js';

suite('transport stream', () => {
  test('each piece is a picture; keyframes begin with the tables, and times go on from encoder to encoder', async (t) => {
    const latest = new LatestPicture('roof', { now: () => 0 });
    t.after(() => latest.discard());
    const pieces: TransportPiece[] = [];
    let look = (): void => undefined;
    latest.transport('colour').watch({
      onPiece: (piece) => {
        pieces.push(piece);
        look();
      },
      onFailure: (error) => {
        throw error;
      },
    });
    const until = (count: number): Promise<void> =>
      new Promise((resolve) => {
        look = (): void => {
          if (pieces.length >= count) resolve();
        };
        look();
      });
    const show = async (sequence: number, width: number): Promise<void> => {
      await latest.write(colourFrame({ sequence, size: { width, height: 48 }, pts: sequence * 9000 }));
      await latest.transport('colour').push();
    };
    // A piece is known to be whole when the next begins.
    for (let n = 0; n < 12; n += 1) {
      await show(n, 64);
      await until(n);
    }
    for (let n = 12; n < 15; n += 1) {
      await show(n, 32);
      await until(n - 1);
    }
    assert.deepEqual(
      pieces.map(({ pts }) => pts),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13].map((n) => 9000 * n),
    );
    assert.deepEqual(
      pieces.flatMap(({ keyframe }, at) => (keyframe ? [at] : [])),
      [0, 10, 11],
    );
    for (const { bytes, keyframe } of pieces) {
      assert.equal(bytes.length % 188, 0);
      const identifiers = Array.from({ length: bytes.length / 188 }, (_, packet) => {
        assert.equal(bytes[188 * packet], 0x47);
        return (((bytes[188 * packet + 1] ?? 0) << 8) | (bytes[188 * packet + 2] ?? 0)) & 0x1fff;
      });
      const video = identifiers.indexOf(0x100);
      if (keyframe) assert.ok(identifiers.slice(0, video).includes(0), 'programmes are told before a keyframe');
    }
  });

  test('whatever comes, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 5 }), (chunks) => {
        const cutter = new TransportCutter();
        for (const chunk of chunks) cutter.push(chunk);
        const framed = Uint8Array.from({ length: 188 }, (_, at) => (at === 0 ? 0x47 : (chunks[0]?.[at] ?? 0)));
        cutter.push(framed);
        cutter.push(framed);
      }),
    );
  });
});
