import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { decodePictureMessage, encodePictureMessage, type PictureHeader } from '../../src/sinks/viewer-protocol.js';

const whole = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const safe = fc.maxSafeInteger();
const header: fc.Arbitrary<PictureHeader> = fc.record({
  coding: fc.constantFrom('jpeg' as const, 'h264' as const),
  keyframe: fc.boolean(),
  sequence: safe.map(Math.abs),
  ptsMicroseconds: safe,
  ageMs: whole(2 ** 32 - 1),
  epoch: whole(2 ** 32 - 1),
  width: fc.integer({ min: 1, max: 65_535 }),
  height: fc.integer({ min: 1, max: 65_535 }),
  synthesised: fc.constantFrom('model' as const, 'palette' as const, undefined),
  frozen: fc.boolean(),
  cut: fc.boolean(),
  metadata: fc.dictionary(
    fc.string({ maxLength: 8 }).filter((key) => key !== '__proto__'),
    fc.string({ maxLength: 20 }),
  ),
});
const coded = fc.uint8Array({ minLength: 1, maxLength: 200 });
const configuration = fc.uint8Array({ maxLength: 60 });

suite('viewer protocol', () => {
  test('what is sent is what is received', () => {
    fc.assert(
      fc.property(header, coded, configuration, (sent, picture, forDecoder) => {
        const received = decodePictureMessage(encodePictureMessage(sent, picture, forDecoder));
        assert.ok(received !== undefined);
        const { coded: bytes, configuration: got, metadata, ...rest } = received;
        const { metadata: told, ...expected } = sent;
        assert.deepEqual(rest, expected);
        assert.deepEqual({ ...metadata }, { ...told });
        assert.deepEqual([...bytes], [...picture]);
        assert.deepEqual([...got], [...forDecoder]);
      }),
    );
  });

  test('it is read from the middle of other bytes', () => {
    const message = encodePictureMessage(example, new Uint8Array([1, 2, 3]));
    const around = new Uint8Array(message.length + 20);
    around.set(message, 7);
    const received = decodePictureMessage(around.subarray(7, 7 + message.length));
    assert.deepEqual([...(received?.coded ?? [])], [1, 2, 3]);
  });

  test('anything else is refused without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.equal(decodePictureMessage(bytes), undefined);
      }),
    );
  });

  test('no message cut short, and no damaged one, throws; none cut before its picture is taken', () => {
    fc.assert(
      fc.property(header, whole(400), whole(400), whole(255), (sent, cutAt, damagedAt, byte) => {
        const message = encodePictureMessage(sent, new Uint8Array([0xff, 0xd8]));
        const picture = message.length - 2;
        const cut = message.subarray(0, Math.min(cutAt, picture));
        assert.equal(decodePictureMessage(cut), undefined);
        message[damagedAt % message.length] = byte;
        const read = decodePictureMessage(message);
        if (read !== undefined) assert.ok(read.coded.length > 0 && read.width > 0 && read.height > 0);
      }),
    );
  });

  test('another version, an unknown coding and colours of two makers are refused', () => {
    const other = encodePictureMessage(example, new Uint8Array([1]));
    other[4] = 1;
    assert.equal(decodePictureMessage(other), undefined);
    const odd = encodePictureMessage(example, new Uint8Array([1]));
    odd[6] = 3;
    assert.equal(decodePictureMessage(odd), undefined);
    const both = encodePictureMessage(example, new Uint8Array([1]));
    both[5] = 3;
    assert.equal(decodePictureMessage(both), undefined);
  });

  test('ages that are no number of the header are brought into it', () => {
    const age = (ageMs: number): number | undefined =>
      decodePictureMessage(encodePictureMessage({ ...example, ageMs }, new Uint8Array([1])))?.ageMs;
    assert.equal(age(-3), 0);
    assert.equal(age(41.6), 42);
    assert.equal(age(1e12), 2 ** 32 - 1);
  });
});

const example: PictureHeader = {
  ...{ sequence: 7, ptsMicroseconds: -40_000, ageMs: 12, epoch: 1, width: 640, height: 512 },
  ...{ coding: 'jpeg', keyframe: true, synthesised: 'model', frozen: false, cut: false, metadata: { camera: 'roof' } },
};
