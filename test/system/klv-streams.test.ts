import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { systemClock } from '../../src/core/clock.js';
import { silent } from '../../src/core/notices.js';
import type { TelemetryPacket } from '../../src/core/telemetry.js';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { colorize, stream, type LiveStatus } from '../../src/index.js';
import { openFile } from '../../src/sources/file.js';
import { CLIP_START, klvClip, type KlvClip } from '../fakes/klv-clip.js';

/** Debian's, which speaks SRT. */
const FFMPEG = '/usr/bin/ffmpeg';
const PACKETS_PER_SECOND = 4;

interface Recorded {
  readonly packets: readonly TelemetryPacket[];
  /** Time of the first picture. */
  readonly start: number;
}

async function recordedIn(path: string): Promise<Recorded> {
  const options = { pool: new BufferPool(), clock: systemClock, notify: silent };
  const source = await openFile(path, { ...options, binary: await findFfmpeg({ path: FFMPEG }) });
  let packets: readonly TelemetryPacket[] = [];
  let start: number | undefined;
  for await (const frame of source.frames()) {
    start ??= frame.telemetry?.frameSeconds;
    packets = frame.telemetry?.log.since(0) ?? [];
    frame.release();
  }
  return { packets, start: start ?? NaN };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) =>
    socket.close(() => {
      resolve();
    }),
  );
  return port;
}

/** Which packet of the clip one is, by the latitude that it says. */
const numberOf = ({ telemetry }: TelemetryPacket): number => Math.round((telemetry.sensorLatitude ?? NaN) * 1000);

/** Every packet from the first one on, to the byte, at the distances at which they were sent. */
function assertWhole({ packets }: Recorded, clip: KlvClip, atLeast: number): { worstMs: number } {
  const [first] = packets;
  assert.ok(first !== undefined && packets.length >= atLeast, `only ${packets.length} packets`);
  let worst = 0;
  packets.forEach((packet, index) => {
    const number = numberOf(first) + index;
    assert.deepEqual(Buffer.from(packet.klv ?? []), Buffer.from(clip.packets[number]?.klv ?? []), `packet ${number}`);
    worst = Math.max(worst, Math.abs(packet.seconds - first.seconds - index / PACKETS_PER_SECOND));
  });
  return { worstMs: 1000 * worst };
}

/** The clip sent by one stream and recorded by another one. */
async function relayed(t: TestContext, clip: KlvClip, from: string, to: string): Promise<Recorded> {
  const record = join(clip.folder, 'received.ts');
  const common = { palette: 'ironbow', ffmpeg: FFMPEG } as const;
  const until = new AbortController();
  const receiving: Promise<LiveStatus> = stream({ ...common, input: from, outputs: [record] }, { until: until.signal });
  receiving.catch(() => undefined);
  t.after(() => {
    until.abort();
  });
  await stream({ ...common, input: clip.path, realtime: true, outputs: [to] });
  until.abort();
  await receiving;
  return recordedIn(record);
}

suite('KLV over the network', () => {
  const clip = { frames: 100, packets: 40, packetsPerSecond: PACKETS_PER_SECOND };

  test('through a job: packets, bytes and times', async (t) => {
    const flight = await klvClip(t, clip);
    const output = join(flight.folder, 'out.ts');
    await colorize({ input: [flight.path], palette: 'ironbow', outputs: [output], ffmpeg: FFMPEG });
    const back = await recordedIn(output);
    assert.equal(back.packets.length, clip.packets);
    const { worstMs } = assertWhole(back, flight, clip.packets);
    const lateMs = 1000 * Math.abs((back.packets[0]?.seconds ?? NaN) - back.start);
    t.diagnostic(
      `${back.packets.length} of ${clip.packets} packets, ${Math.max(worstMs, lateMs).toFixed(3)} ms off at most`,
    );
    assert.ok(worstMs < 0.1 && lateMs < 0.1);
  });

  test('UDP datagrams hold whole TS packets, and what is sent last arrives', async (t) => {
    const flight = await klvClip(t, { ...clip, frames: 30, packets: 12 });
    const socket = createSocket('udp4');
    t.after(() => socket.close());
    const sizes = new Set<number>();
    let sent = 0;
    socket.on('message', (message) => {
      sizes.add(message.length);
      for (let at = 0; at < message.length; at += 188) {
        assert.equal(message[at], 0x47);
        if ((message.readUInt16BE(at + 1) & 0x5fff) === 0x41f1) sent += 1;
      }
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const to = `udp://127.0.0.1:${socket.address().port}`;
    await stream({ input: flight.path, realtime: true, palette: 'ironbow', outputs: [to], ffmpeg: FFMPEG });
    assert.deepEqual([...sizes], [1316]);
    assert.equal(sent, 12);
  });

  test('UDP in: from the first look on no packet is missing', async (t) => {
    const flight = await klvClip(t, clip);
    const address = `udp://127.0.0.1:${await freePort()}`;
    const back = await relayed(t, flight, address, address);
    const { worstMs } = assertWhole(back, flight, 8);
    t.diagnostic(`UDP: ${back.packets.length} packets, ${worstMs.toFixed(3)} ms off at most`);
    assert.ok(worstMs < 1);
    assert.ok(flight.packets[0]?.seconds === CLIP_START);
  });

  test('SRT in and out', async (t) => {
    const flight = await klvClip(t, { ...clip, frames: 150, packets: 60 });
    const port = await freePort();
    const back = await relayed(t, flight, `srt://127.0.0.1:${port}?mode=listener`, `srt://127.0.0.1:${port}`);
    const { worstMs } = assertWhole(back, flight, 8);
    t.diagnostic(`SRT: ${back.packets.length} packets, ${worstMs.toFixed(3)} ms off at most`);
    assert.ok(worstMs < 1);
  });
});
