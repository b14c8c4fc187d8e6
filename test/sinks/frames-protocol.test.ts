import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  decodeFrameMessage,
  encodeFrameHead,
  FRAME_FORMATS,
  FRAME_PARTS,
  type FrameHeader,
} from '../../src/sinks/frames-protocol.js';

const header: FrameHeader = {
  ...{ format: 'gray', which: 'thermal', sequence: 7, ptsMicroseconds: -40_000, epoch: 2 },
  ...{ capturedMicroseconds: 1_764_000_000_123_456, ageMicroseconds: 25_000, size: { width: 4, height: 2 } },
  ...{ synthesised: undefined, frozen: true, cut: false, metadata: { camera: 'roof' } },
};
const whole = (of: FrameHeader, pixels: Uint8Array): Uint8Array => Buffer.concat([encodeFrameHead(of), pixels]);

suite('frames protocol', () => {
  test('says all that it was told', () => {
    const { pixels, ...said } = decodeFrameMessage(whole(header, Buffer.alloc(8, 9))) ?? assert.fail();
    assert.deepEqual(said, header);
    assert.deepEqual(Buffer.from(pixels), Buffer.alloc(8, 9));
  });

  test('whatever is told comes back', () => {
    const whatever = fc.record({
      format: fc.constantFrom(...FRAME_FORMATS),
      which: fc.constantFrom(...FRAME_PARTS),
      sequence: fc.maxSafeNat(),
      ptsMicroseconds: fc.maxSafeInteger(),
      capturedMicroseconds: fc.maxSafeNat(),
      epoch: fc.nat(),
      ageMicroseconds: fc.nat(),
      size: fc.record({ width: fc.integer({ min: 1, max: 8 }), height: fc.constantFrom(2, 4) }),
      synthesised: fc.constantFrom('model' as const, 'palette' as const, undefined),
      frozen: fc.boolean(),
      cut: fc.boolean(),
      metadata: fc.dictionary(fc.string(), fc.string()),
    });
    fc.assert(
      fc.property(whatever, (told) => {
        const area = told.size.width * told.size.height;
        const bytes = { rgb24: 3 * area, gray: area, nv12: 1.5 * area, jpeg: 5 }[told.format];
        const { pixels, ...said } = decodeFrameMessage(whole(told, new Uint8Array(bytes))) ?? assert.fail();
        assert.equal(JSON.stringify(said.metadata), JSON.stringify(told.metadata));
        assert.deepEqual({ ...said, metadata: {} }, { ...told, size: { ...told.size }, metadata: {} });
        assert.equal(pixels.length, bytes);
      }),
    );
  });

  test('what is no whole frame of this version is none, and throws nothing', () => {
    const good = whole(header, Buffer.alloc(8));
    for (let length = 0; length < good.length; length += 1) {
      assert.equal(decodeFrameMessage(good.subarray(0, length)), undefined);
    }
    const changed = (at: number, value: number): Uint8Array => good.with(at, value);
    for (const [at, value] of [
      ...[
        [0, 0],
        [4, 2],
        [5, 4],
        [6, 3],
        [7, 3],
        [7, 16],
        [8, 255],
        [41, 5],
        [44, 255],
        [48, 91],
      ],
    ] as const) {
      assert.equal(decodeFrameMessage(changed(at, value)), undefined, `byte ${at}`);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeFrameMessage(bytes);
        decodeFrameMessage(Buffer.concat([good.subarray(0, 48), bytes]));
      }),
    );
  });
});
