import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { systemClock } from '../../src/core/clock.js';
import type { Source } from '../../src/core/contracts.js';
import { secondsOf, type Frame } from '../../src/core/frame.js';
import { silent } from '../../src/core/notices.js';
import type { FrameTelemetry } from '../../src/core/telemetry.js';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { openFile } from '../../src/sources/file.js';
import { openRealtimeFile } from '../../src/sources/live.js';
import { CLIP_START, klvClip } from '../fakes/klv-clip.js';

interface Seen {
  readonly seconds: number;
  readonly telemetry: FrameTelemetry;
}

async function seenIn(source: Source): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const frame of source.frames()) {
    seen.push({ seconds: secondsOf(frame), telemetry: telemetryOf(frame) });
    frame.release();
  }
  return seen;
}

function telemetryOf({ telemetry }: Frame): FrameTelemetry {
  assert.ok(telemetry);
  return telemetry;
}

/** Each frame has the packet that held at its time; frames are 0.1 s apart and packets 0.3 s. */
function assertBeside(seen: readonly Seen[]): void {
  for (const { seconds, telemetry } of seen) {
    assert.equal(telemetry.frameSeconds, seconds);
    const index = Math.floor((seconds - CLIP_START + 0.001) / 0.3);
    assert.ok(Math.abs((telemetry.newest?.sensorLatitude ?? NaN) - index / 1000) < 1e-6, `at ${seconds}`);
    assert.ok(Math.abs((telemetry.ageSeconds ?? NaN) - (seconds - CLIP_START - 0.3 * index)) < 1e-3);
  }
}

suite('KLV beside frames', () => {
  const clip = { frames: 30, packets: 10, packetsPerSecond: 1 / 0.3 };

  test('of a recording: the newest packet at or before each frame, and all of them in the log', async (t) => {
    const { path, packets } = await klvClip(t, clip);
    const options = { binary: await findFfmpeg(), pool: new BufferPool(), clock: systemClock, notify: silent };
    const source = await openFile(path, options);
    assert.equal(source.info.telemetry, 'misb-st-0601');
    const seen = await seenIn(source);
    assert.equal(seen.length, 30);
    assertBeside(seen);
    const log = seen.at(-1)?.telemetry.log;
    assert.deepEqual(
      log?.since(0).map(({ klv }) => Buffer.from(klv ?? [])),
      packets.map(({ klv }) => Buffer.from(klv)),
    );
  });

  test('of a recording played as a camera would send it', async (t) => {
    const { path } = await klvClip(t, { ...clip, frames: 12, packets: 4 });
    const options = { binary: await findFfmpeg(), pool: new BufferPool(), clock: systemClock, timeoutMs: 10_000 };
    const source = await openRealtimeFile(path, { ...options, loop: false }, new AbortController().signal);
    assert.equal(source.info.telemetry, 'misb-st-0601');
    const seen = await seenIn(source);
    assert.equal(seen.length, 12);
    assertBeside(seen);
  });
});
