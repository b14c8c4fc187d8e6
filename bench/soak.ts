/*
 * A camera coloured by the model for half an hour while its line and its receiver fail at random. Prints, as Markdown,
 * whether the age of frames and the memory grew. Needs Debian's GStreamer RTSP server.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { packetTimesAsStored } from '../test/fakes/inspect-video.js';
import { ffmpegsIn, LiveProcess, type LiveEvent } from '../test/fakes/live-process.js';
import { RtspCamera } from '../test/fakes/rtsp-camera.js';
import { describeSoak, type Sample } from './soak-report.js';
import { FaultyCamera, residentMegabytes } from './live-faults.js';
import { withScratch } from './scratch.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    /** Seconds between two faults, on average. */
    every: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
});
const SAMPLE_EVERY = 5000;
/** Bytes of recordings that are kept. */
const KEPT = 8_000_000;

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whether the source shows pictures now. */
function isLive({ events }: LiveProcess): boolean {
  const last = events.findLast(({ event, of }) => event === 'state' && of === 'source');
  return last?.state === 'live' || last?.state === 'frozen';
}

await withScratch(async (cleanup, folder) => {
  const draw = random(Number(values.seed));
  const camera = await FaultyCamera.start(cleanup, { width: 320, height: 256, rate: 10 });
  let receiver = await RtspCamera.start(cleanup);
  const { port } = receiver;
  const outputs = ['rec/%Y%m%d-%H%M%S.mp4', 'web/index.m3u8', receiver.address('record')];
  const options = ['--segment', '60', '--keep-bytes', `${KEPT}B`, '--slate', '--stall-timeout', '2'];
  const args = [camera.address, ...options, '-r', 'synthetic:street', ...outputs.flatMap((target) => ['--to', target])];
  const daylit = new LiveProcess(cleanup, args, folder);
  daylit.limitMs = 180_000;
  await daylit.source('live');

  const samples: Sample[] = [];
  const start = performance.now();
  const end = start + 60_000 * Number(values.minutes);
  const sampling = setInterval(() => {
    const status = daylit.events.findLast(({ event }) => event === 'status');
    samples.push({
      minutes: (performance.now() - start) / 60_000,
      megabytes: residentMegabytes(daylit.pid),
      ffmpegs: ffmpegsIn(folder).length,
      ages: status?.outputs?.map(({ ageMs }) => ageMs) ?? [],
    });
  }, SAMPLE_EVERY);
  cleanup.after(() => {
    clearInterval(sampling);
  });

  const faults: Record<string, () => Promise<unknown>> = {
    'camera killed and restarted': () => camera.strike('kill', daylit),
    'camera silent, connection open': () => camera.strike('stall', daylit),
    'connection cut in mid-packet': () => camera.strike('cut', daylit),
    'camera unreachable for 10 s': async () => {
      camera.line.refuse(true);
      camera.line.cut();
      await setTimeout(10_000);
      camera.line.refuse(false);
    },
    'line of 4 kB/s for 8 s': async () => {
      camera.line.slow(4000);
      await setTimeout(8000);
      camera.line.slow(Infinity);
    },
    'a tenth of the packets marred for 8 s': async () => {
      camera.line.corrupt(0.1);
      await setTimeout(8000);
      camera.line.corrupt(0);
    },
    'receiver killed, back after 5 s': async () => {
      await receiver.cut();
      await setTimeout(5000);
      receiver = await RtspCamera.start(cleanup, { port });
    },
  };
  const names = Object.keys(faults);
  const done = new Map<string, number>();
  for (;;) {
    const pause = Math.max(5000, -Math.log(1 - draw()) * 1000 * Number(values.every));
    // The last minute is left in peace: what is shown at the end must be whole again.
    if (performance.now() + pause > end - 60_000) break;
    await setTimeout(pause);
    if (!isLive(daylit)) continue;
    const name = names[Math.floor(draw() * names.length)] ?? '';
    done.set(name, (done.get(name) ?? 0) + 1);
    console.error(`${((performance.now() - start) / 60_000).toFixed(1)} min: ${name}`);
    await faults[name]?.();
  }
  await setTimeout(Math.max(0, end - performance.now()));
  clearInterval(sampling);
  const liveAtEnd = isLive(daylit);
  const { status, summary } = await daylit.stop();
  const files = (await readdir(join(folder, 'rec'))).sort().map((name) => join(folder, 'rec', name));
  const times = await Promise.all(files.map((file) => packetTimesAsStored(file)));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const report = {
    ...{
      minutes: Number(values.minutes),
      seed: Number(values.seed),
      faults: done,
      samples,
      status,
      summary,
      liveAtEnd,
    },
    ffmpegsLeft: ffmpegsIn(folder).length,
    recordings: {
      files: files.length,
      bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      kept: KEPT,
      rising: times.every(({ pts }) => pts.every((time, index) => index === 0 || time > (pts[index - 1] ?? Infinity))),
    },
    states: daylit.events.filter(({ event }: LiveEvent) => event === 'state').length,
  };
  console.log(describeSoak(report));
});
