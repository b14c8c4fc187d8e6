import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { systemClock } from '../../src/core/clock.js';
import { silent } from '../../src/core/notices.js';
import type { TelemetryPacket } from '../../src/core/telemetry.js';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { colorize, stream } from '../../src/index.js';
import { openFile } from '../../src/sources/file.js';
import { CLIP_START, klvClip } from '../fakes/klv-clip.js';

/** All telemetry of a file, and its pictures' first time. */
async function read(path: string): Promise<{ packets: readonly TelemetryPacket[]; start: number; frames: number }> {
  const options = { binary: await findFfmpeg(), pool: new BufferPool(), clock: systemClock, notify: silent };
  const source = await openFile(path, options);
  let packets: readonly TelemetryPacket[] = [];
  let start = NaN;
  let frames = 0;
  for await (const frame of source.frames()) {
    if (frames === 0) start = frame.telemetry?.frameSeconds ?? NaN;
    frames += 1;
    packets = frame.telemetry?.log.since(0) ?? [];
    frame.release();
  }
  return { packets, start, frames };
}

const bytesOf = (packets: readonly Pick<TelemetryPacket, 'klv'>[]): Buffer[] =>
  packets.map(({ klv }) => Buffer.from(klv ?? []));

interface Line {
  readonly seconds: number;
  readonly picture: number;
  readonly sensorLatitude: number;
}

const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

suite('telemetry in outputs', () => {
  const clip = { frames: 30, packets: 12, packetsPerSecond: 4 };

  test('a job: every packet in the transport stream, at its time; as JSON Lines beside others', async (t) => {
    const { path, folder, packets } = await klvClip(t, clip);
    const outputs = ['out.ts', 'out.mp4', 'pictures/'].map((name) => join(folder, name));
    await colorize({ input: [path], palette: 'ironbow', outputs });
    const back = await read(join(folder, 'out.ts'));
    assert.equal(back.frames, 30);
    assert.deepEqual(bytesOf(back.packets), bytesOf(packets));
    back.packets.forEach(({ seconds }, index) => {
      const offset = seconds - back.start - ((packets[index]?.seconds ?? NaN) - CLIP_START);
      assert.ok(Math.abs(offset) < 1e-4, `packet ${index} is ${offset} s off`);
    });
    assert.ok(!existsSync(join(folder, 'out.telemetry.jsonl.part')));
    for (const name of ['out.telemetry.jsonl', 'pictures/telemetry.jsonl']) {
      const lines = linesOf(join(folder, name));
      assert.deepEqual(
        lines.map(({ seconds }) => seconds),
        packets.map(({ seconds }) => seconds),
      );
      assert.deepEqual(
        lines.map(({ picture }) => picture),
        packets.map(({ seconds }) => 1 + Math.ceil((seconds - CLIP_START) * 10 - 1e-6)),
      );
      lines.forEach(({ sensorLatitude }, index) => {
        assert.ok(Math.abs(sensorLatitude - index / 1000) < 1e-6);
      });
    }
  });

  test('a sidecar that is there already is not replaced, and then there is no video either', async (t) => {
    const { path, folder } = await klvClip(t, { ...clip, frames: 5, packets: 2 });
    await mkdir(join(folder, 'out.telemetry.jsonl'));
    const job = colorize({ input: [path], palette: 'ironbow', outputs: [join(folder, 'out.mp4')] });
    await assert.rejects(job, { code: 'OUTPUT_EXISTS' });
    assert.ok(!existsSync(join(folder, 'out.mp4')));
  });

  test('a running stream: recordings carry every packet, also those beside frames that were dropped', async (t) => {
    const { path, folder, packets } = await klvClip(t, clip);
    const outputs = ['live.ts', 'live.mp4'].map((name) => join(folder, name));
    await stream({ input: path, realtime: true, palette: 'ironbow', outputs });
    const back = await read(join(folder, 'live.ts'));
    assert.deepEqual(bytesOf(back.packets), bytesOf(packets));
    const firstPacket = back.packets[0]?.seconds ?? NaN;
    back.packets.forEach(({ seconds }, index) => {
      assert.ok(Math.abs(seconds - firstPacket - index / 4) < 1e-4);
    });
    assert.ok(Math.abs(firstPacket - back.start) < 1e-4);
    const lines = linesOf(join(folder, 'live.telemetry.jsonl'));
    assert.deepEqual(
      lines.map(({ seconds }) => seconds),
      packets.map(({ seconds }) => Math.round((seconds - CLIP_START) * 1e6) / 1e6),
    );
  });
});
