import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../src/core/package-root.js';
import { parseDjiSrt } from '../../src/telemetry/dji-srt.js';

const recorded = (name: string): string =>
  readFileSync(join(packageRoot(), 'test/fixtures/telemetry', `dji-${name}.srt`), 'utf8');

suite('DJI subtitles', () => {
  test('a drone that names its fields', () => {
    const packets = parseDjiSrt(recorded('mavic-air2'));
    assert.equal(packets.length, 25);
    assert.deepEqual(packets[1], {
      seconds: 0.016,
      telemetry: {
        provenance: 'dji-srt',
        localTime: '2022-05-01T15:01:58.548',
        sensorLatitude: 41.420685,
        sensorLongitude: 2.162162,
        sensorAltitude: 28.6,
      },
    });
  });

  test('a drone that writes latitude, longitude and altitude with its unit', () => {
    const packets = parseDjiSrt(recorded('matrice-300'));
    assert.deepEqual(packets[1]?.telemetry, {
      provenance: 'dji-srt',
      localTime: '2022-06-21T16:06:18',
      sensorLatitude: 36.6146,
      sensorLongitude: -6.112,
      sensorAltitude: 0,
      heightAboveTakeOff: 0.3,
    });
    assert.equal(packets[1].seconds, 1);
  });

  test('a drone that writes longitude, latitude and satellites, in a file that is cut off', () => {
    const packets = parseDjiSrt(recorded('broken-incomplete'));
    assert.equal(packets.length, 19);
    assert.deepEqual(packets[0]?.telemetry, {
      provenance: 'dji-srt',
      localTime: '2017-07-03T10:15:03',
      sensorLatitude: -34.7383,
      sensorLongitude: -58.4563,
      heightAboveTakeOff: 20.1,
    });
  });

  test('newer firmware says which altitude is meant; without a fix there is no place', () => {
    const block = (place: string): string => `1\r\n00:01:00,500 --> 00:01:00,533\r\n${place}\r\n\r\n`;
    const [packet] = parseDjiSrt(block('[latitude: 1.5] [longitude: -2.5] [rel_alt: 12.300 abs_alt: 345.6]'));
    assert.equal(packet?.seconds, 60.5);
    assert.equal(packet.telemetry.sensorAltitude, 345.6);
    assert.equal(packet.telemetry.heightAboveTakeOff, 12.3);
    assert.deepEqual(parseDjiSrt(block('[latitude: 0.000000] [longitude: 0.000000]')), []);
    assert.deepEqual(parseDjiSrt(block('[latitude: 91] [longitude: 0]')), []);
    assert.deepEqual(parseDjiSrt('1\n00:00:01,000 --> 00:00:02,000\nHello, world\n\n'), []);
  });

  test('fuzz: any text is read without an error', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(
        '\n\n',
        '\r\n',
        '00:00:01,000 --> ',
        'GPS(',
        '1,2,3M)',
        '[latitude: 4]',
        '[longitude: ',
        'BAROMETER:',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const { seconds, telemetry } of parseDjiSrt(pieces.join(''))) {
          assert.ok(Number.isFinite(seconds));
          assert.ok(Math.abs(telemetry.sensorLatitude ?? NaN) <= 90);
        }
      }),
    );
  });
});
