/*
 * A camera is killed and restarted 20 times, stalled 5 times and cut in mid-packet 5 times while daylit streams it.
 * Prints how soon pictures flowed again each time, and whether times rose, memory stayed and no ffmpeg was left.
 * Needs Debian's GStreamer RTSP server. The stream is healthy for `--spell` seconds between two faults: from 30 on its
 * back-off begins anew.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { packetTimesAsStored } from '../test/fakes/inspect-video.js';
import { ffmpegsWith, LiveProcess } from '../test/fakes/live-process.js';
import { FaultyCamera, residentMegabytes, type Fault, type Recovery } from './live-faults.js';
import { withScratch } from './scratch.js';
import { quantile } from './statistics.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    stalls: { type: 'string', default: '5' },
    cuts: { type: 'string', default: '5' },
    spell: { type: 'string', default: '31' },
  },
});

/** Kinds spread evenly over the run. */
function plan(counts: Readonly<Record<Fault, number>>): readonly Fault[] {
  const faults = Object.entries(counts) as [Fault, number][];
  const placed = faults.flatMap(([fault, count]) =>
    Array.from({ length: count }, (_, index) => ({ fault, place: (index + 0.5) / count })),
  );
  return placed.sort((a, b) => a.place - b.place).map(({ fault }) => fault);
}

function row(fault: Fault, recoveries: readonly Recovery[]): string {
  const mine = recoveries.filter((recovery) => recovery.fault === fault);
  const of = (key: 'outageMs' | 'afterTryMs', share: number): string =>
    (quantile(mine.map((recovery) => recovery[key]), share) / 1000).toFixed(2); // prettier-ignore
  return `| ${fault} | ${mine.length} | ${of('outageMs', 0.5)} | ${of('outageMs', 1)} | ${of('afterTryMs', 0.5)} | ${of('afterTryMs', 1)} |`;
}

await withScratch(async (cleanup, folder) => {
  const camera = await FaultyCamera.start(cleanup);
  const recording = join(folder, 'all.ts');
  const daylit = new LiveProcess(cleanup, [camera.address, '--stall-timeout', '2', '--to', recording], folder);
  await daylit.source('live');
  const recoveries: Recovery[] = [];
  const memory: number[] = [];
  let strays = 0;
  for (const fault of plan({ kill: Number(values.kills), stall: Number(values.stalls), cut: Number(values.cuts) })) {
    await setTimeout(1000 * Number(values.spell));
    memory.push(residentMegabytes(daylit.pid));
    const recovery = await camera.strike(fault, daylit);
    recoveries.push(recovery);
    // The connection that ended says goodbye for a moment longer.
    await setTimeout(4000);
    strays = Math.max(strays, ffmpegsWith(`:${camera.line.port}/`).length - 1);
    console.error(`${recoveries.length}: ${JSON.stringify(recovery)}, ${memory.at(-1)?.toFixed(0) ?? ''} MB`);
  }
  const { status, summary } = await daylit.stop();
  const { pts } = await packetTimesAsStored(recording);
  const rising = pts.every((time, index) => index === 0 || time > (pts[index - 1] ?? Infinity));
  console.log(`| fault | times | outage p50 | worst, s | after the announced try p50 | worst, s |`);
  console.log(`| --- | --- | --- | --- | --- | --- |`);
  for (const fault of ['kill', 'stall', 'cut'] as const) console.log(row(fault, recoveries));
  const [warm = NaN, last = NaN] = [memory[Math.min(3, memory.length - 1)], memory.at(-1)];
  console.log(`\nExit status ${status}. ${summary.framesIn} frames in, ${summary.coloured} coloured, ${summary.dropped} dropped; ${pts.length} recorded, times ${rising ? 'rising throughout' : 'NOT RISING'}.`); // prettier-ignore
  console.log(`ffmpegs beyond the one that reads: ${strays}; after the end: ${ffmpegsWith(`:${camera.line.port}/`).length}. Memory ${warm.toFixed(0)} MB after three faults, ${last.toFixed(0)} MB at the end.`); // prettier-ignore
});
