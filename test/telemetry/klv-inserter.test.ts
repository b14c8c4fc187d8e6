import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { KlvInserter } from '../../src/telemetry/klv-inserter.js';
import { klvPackets, nullPackets, readTsHeader, TS_PACKET } from '../../src/telemetry/ts-packets.js';
import { klvClip } from '../fakes/klv-clip.js';

/** The payloads that TS packets carry, put together again. */
function payloadOf(packets: readonly Uint8Array[]): Buffer {
  return Buffer.concat(packets.map((packet) => packet.subarray(readTsHeader(packet)?.payload)));
}

suite('KLV in transport streams', () => {
  test('a packet of any length is cut into whole TS packets, with its time modulo 2^33', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 2000 }),
        fc.maxSafeNat(),
        fc.nat(15),
        (klv, ticks, counter) => {
          const packets = klvPackets(klv, 0x1f1, ticks, counter);
          packets.forEach((packet, index) => {
            assert.equal(packet.length, TS_PACKET);
            assert.equal(readTsHeader(packet)?.pid, 0x1f1);
            assert.equal(readTsHeader(packet)?.begins, index === 0);
            assert.equal((packet[3] ?? 0) & 15, (counter + index) % 16);
          });
          const pes = payloadOf(packets);
          assert.equal(pes.readUInt16BE(4), klv.length + 8);
          const [a = 0, b = 0, c = 0, d = 0, e = 0] = pes.subarray(9, 14);
          const pts = ((a >> 1) & 7) * 2 ** 30 + b * 2 ** 22 + (c >> 1) * 2 ** 15 + d * 2 ** 7 + (e >> 1);
          assert.equal(pts, ticks % 2 ** 33);
          assert.deepEqual(pes.subarray(14), Buffer.from(klv));
        },
      ),
    );
  });

  test('without KLV only the table changes, whatever the chunks', async (t) => {
    const { path } = await klvClip(t, { frames: 5, packets: 0, packetsPerSecond: 1 });
    const bytes = readFileSync(path);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (step) => {
        const inserter = new KlvInserter(0);
        const out: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += step) out.push(inserter.push(bytes.subarray(at, at + step)));
        out.push(inserter.end());
        const through = Buffer.concat(out);
        assert.equal(through.length, bytes.length);
        for (let at = 0; at < bytes.length; at += TS_PACKET) {
          const [was, is] = [bytes, through].map((all) => all.subarray(at, at + TS_PACKET));
          assert.ok(was && is);
          if (readTsHeader(was)?.pid !== 0x1000) assert.deepEqual(is, was);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('packets go before the first picture that is not earlier, however early they were handed over', async (t) => {
    const { path } = await klvClip(t, { frames: 50, packets: 0, packetsPerSecond: 1 });
    const inserter = new KlvInserter(0);
    for (const seconds of [0, 0.5, 1, 1.5, 60]) inserter.add(Uint8Array.of(1, 2, 3), seconds);
    const through = Buffer.concat([inserter.push(readFileSync(path)), inserter.end()]);
    const order: string[] = [];
    for (let at = 0; at < through.length; at += TS_PACKET) {
      const header = readTsHeader(through.subarray(at, at + TS_PACKET));
      if (header?.begins !== true) continue;
      if (header.pid === 0x1f1) order.push('klv');
      else if (header.pid === 0x100 && order.at(-1) !== 'pictures') order.push('pictures');
    }
    assert.deepEqual(order.join(' '), 'klv pictures klv pictures klv pictures klv pictures klv');
  });

  test('fuzz: any bytes, and damaged streams, go through without an error and in whole packets', async (t) => {
    const { path } = await klvClip(t, { frames: 3, packets: 2, packetsPerSecond: 10 });
    const start = readFileSync(path).subarray(0, 12 * TS_PACKET);
    const hurt = fc.tuple(fc.nat(start.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(hurt, { maxLength: 12 }), fc.uint8Array({ maxLength: 600 }), (hurts, noise) => {
        const damaged = Buffer.concat([start, noise, start]);
        for (const [at, value] of hurts) damaged[at] = value;
        const inserter = new KlvInserter(10);
        inserter.add(Uint8Array.of(1, 2, 3), 10);
        const through = Buffer.concat([inserter.push(damaged), inserter.end()]);
        assert.equal(through.length % TS_PACKET, 0);
        assert.ok(through.length <= damaged.length + 2 * TS_PACKET);
      }),
    );
  });

  test('packets that mean nothing fill groups up', () => {
    assert.equal(nullPackets(7 * TS_PACKET, 7).length, 0);
    assert.equal(nullPackets(3 * TS_PACKET, 7).length, 4 * TS_PACKET);
    assert.equal(readTsHeader(nullPackets(TS_PACKET, 2))?.pid, 0x1fff);
  });
});
