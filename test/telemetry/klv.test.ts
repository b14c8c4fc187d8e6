import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../src/core/package-root.js';
import type { Telemetry } from '../../src/core/telemetry.js';
import { parseKlv, readKlvPackets } from '../../src/telemetry/klv.js';
import { NUMBER_TAGS, TEXT_TAGS } from '../../src/telemetry/st0601-tags.js';
import { writeKlv } from '../../src/telemetry/write-klv.js';

const folder = join(packageRoot(), 'test/fixtures/telemetry');
const recorded = readFileSync(join(folder, 'st0601.klv'));
const expected = JSON.parse(readFileSync(join(folder, 'st0601.json'), 'utf8')) as Record<string, number | string>[];

/** Tags whose values klvdata gives in other units, or not as numbers. */
const ELSEWHERE = ['1', '47', '48', '72', '94'];
const CORNERS = ['26', '27', '28', '29', '30', '31', '32', '33'];

/** One packet with these elements and a right checksum. */
function packetOf(elements: readonly (readonly [tag: number, value: readonly number[]])[]): Uint8Array {
  const plain = writeKlv({ provenance: 'synthetic' });
  const set = elements.flatMap(([tag, value]) => [tag, value.length, ...value]);
  const bytes = Uint8Array.from([...plain.subarray(0, 16), set.length + 4, ...set, 1, 2, 0, 0]);
  const sum = bytes.subarray(0, -2).reduce((total, byte, at) => total + (at % 2 === 0 ? byte << 8 : byte), 0);
  bytes.set([(sum >> 8) & 0xff, sum & 0xff], bytes.length - 2);
  return bytes;
}

suite('MISB ST 0601', () => {
  test("every value of the recorded packets equals klvdata's", () => {
    const telemetry = parseKlv(recorded);
    assert.equal(telemetry.length, expected.length);
    let compared = 0;
    for (const [index, values] of expected.entries()) {
      const ours = telemetry[index];
      assert.ok(ours);
      // One of the two single packets was altered after it had been summed up; klvdata does not check.
      assert.equal(ours.checksum, index === 40 ? 'wrong' : 'right');
      if (ours.checksum === 'wrong') continue;
      const fieldOf = new Map<string, keyof Telemetry>(
        [...NUMBER_TAGS, ...TEXT_TAGS].map(([tag, field]) => [String(tag), field]),
      );
      for (const [tag, value] of Object.entries(values)) {
        if (ELSEWHERE.includes(tag) || CORNERS.includes(tag)) continue;
        const field = fieldOf.get(tag);
        assert.ok(field, `tag ${tag} is not read`);
        assert.equal(ours[field], value, `packet ${index}, tag ${tag}`);
        compared += 1;
      }
      const offsets = CORNERS.map((tag) => Number(values[tag]));
      const [latitude, longitude] = [Number(values['23']), Number(values['24'])];
      const corners = ours.corners?.flatMap((corner) => [corner.latitude - latitude, corner.longitude - longitude]);
      if (corners === undefined) assert.ok(!('26' in values));
      else
        corners.forEach((corner, at) => {
          assert.ok(Math.abs(corner - (offsets[at] ?? NaN)) < 1e-12);
        });
    }
    assert.ok(compared > 900);
  });

  test("the standard's own examples of values with a floating range come out right", () => {
    const [telemetry] = parseKlv(
      packetOf([
        [96, [0x00, 0xd9, 0x2a]],
        [104, [0x2f, 0x92, 0x1e]],
        [113, [0x05, 0xf5, 0x00]],
        [112, [0x1f, 0x40]],
        [39, [0x54]],
      ]),
    );
    assert.ok(Math.abs((telemetry?.targetWidth ?? NaN) - 13898.5463) < 0.25);
    assert.ok(Math.abs((telemetry?.sensorEllipsoidHeight ?? NaN) - 23456.24) < 0.01);
    assert.ok(Math.abs((telemetry?.heightAboveGround ?? NaN) - 2150) < 0.01);
    assert.equal(telemetry?.platformCourse, 125);
    assert.equal(telemetry.outsideAirTemperature, 84 + 273.15);
  });

  test('unknown tags, values of a wrong length and those that stand for "unknown" are left out', () => {
    const [telemetry] = parseKlv(
      packetOf([
        [6, [0x80, 0x00]],
        [7, [1]],
        [13, [0x80, 0, 0, 0]],
        [96, [0xc8, 0, 0]],
        [2, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
        [127, [1, 2, 3]],
        [5, [0xff, 0xff]],
        [11, []],
      ]),
    );
    assert.deepEqual(telemetry, { provenance: 'misb-st-0601', checksum: 'right', platformHeading: 360 });
  });

  test('of a packet whose checksum is wrong only that is told, and one without says so', () => {
    const packet = packetOf([[5, [0x80, 0]]]);
    packet[20] = 0x55;
    assert.deepEqual(parseKlv(packet), [{ provenance: 'misb-st-0601', checksum: 'wrong' }]);
    const bare = Uint8Array.from([...packet.subarray(0, 16), 4, 5, 2, 0, 0]);
    assert.deepEqual(parseKlv(bare), [{ provenance: 'misb-st-0601', checksum: 'missing', platformHeading: 0 }]);
  });

  test('packets are found among other bytes, and another standard is passed over', () => {
    const packet = packetOf([[5, [0, 0]]]);
    const other = Uint8Array.from(packet);
    other[10] = 9;
    const found = readKlvPackets(
      Buffer.concat([Buffer.from([0, 0, 0xdf, 0, 19]), packet, other, packet.subarray(0, 18)]),
    );
    assert.equal(found.length, 1);
    assert.deepEqual(found[0]?.bytes, Buffer.from(packet));
  });

  test('fuzz: any bytes are read without an error, alone and inside recorded ones', () => {
    const start = [...recorded.subarray(0, 16)];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        parseKlv(bytes);
        parseKlv(Uint8Array.from([...start, ...bytes]));
      }),
    );
    fc.assert(
      fc.property(fc.nat(1200), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, bytes) => {
        const damaged = Uint8Array.from(recorded.subarray(0, 1300));
        damaged.set(bytes, at);
        for (const { bytes: packet } of readKlvPackets(damaged)) assert.ok(packet.length <= damaged.length);
      }),
    );
  });

  test('what is written is read again, within a step of each tag; what no tag can hold is left out', () => {
    const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
    const ranges = {
      unixMicroseconds: fc.nat(2 ** 50),
      platformHeading: number(0, 360),
      platformPitch: number(-90, 90),
      platformRoll: number(-90, 90),
      sensorLatitude: number(-90, 90),
      sensorLongitude: number(-180, 180),
      sensorAltitude: number(-900, 19_000),
      sensorHorizontalFieldOfView: number(0, 180),
      sensorRelativeElevation: number(-180, 180),
      slantRange: number(0, 5e6),
      targetWidth: number(0, 1.5e6),
      heightAboveGround: number(-900, 40_000),
      outsideAirTemperature: number(200, 340),
    };
    fc.assert(
      fc.property(fc.record(ranges, { requiredKeys: [], noNullPrototype: true }), (fields) => {
        const written: Telemetry = { provenance: 'synthetic', missionId: 'München', ...fields };
        const [read] = parseKlv(writeKlv(written));
        assert.equal(read?.checksum, 'right');
        assert.equal(read.missionId, 'München');
        assert.deepEqual(
          Object.keys(read)
            .filter((key) => key in ranges)
            .sort(),
          Object.keys(fields).sort(),
        );
        for (const key of Object.keys(fields) as (keyof typeof ranges)[]) {
          assert.ok(Math.abs((read[key] ?? NaN) - (fields[key] ?? NaN)) < 0.6, key);
        }
      }),
    );
    assert.equal(parseKlv(writeKlv({ provenance: 'synthetic', sensorAltitude: 20_000 }))[0]?.sensorAltitude, undefined);
  });

  test('corners are written and read in their order', () => {
    const corners = [1, 2, 3, 4].map((n) => ({ latitude: 10 + n, longitude: -20 - n }));
    const [a, b, c, d] = corners;
    assert.ok(a && b && c && d);
    const [read] = parseKlv(writeKlv({ provenance: 'synthetic', corners: [a, b, c, d] }));
    read?.corners?.forEach(({ latitude }, index) => {
      assert.ok(Math.abs(latitude - 11 - index) < 1e-6);
    });
    assert.equal(read?.corners?.length, 4);
  });
});
