import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { FaultyCamera } from '../../bench/live-faults.js';
import { packetTimesAsStored } from '../fakes/inspect-video.js';
import { ffmpegsWith, LiveProcess } from '../fakes/live-process.js';
import { RtspCamera } from '../fakes/rtsp-camera.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

suite('a line that fails (bench/faults.ts does it thirty times)', () => {
  test('killed, stalled and cut in mid-packet: live again each time, times rise, no ffmpeg is left', async (t) => {
    const folder = await temporaryFolder(t);
    const camera = await FaultyCamera.start(t);
    const recording = join(folder, 'all.ts');
    const daylit = new LiveProcess(t, [camera.address, '--stall-timeout', '1', '--to', recording], folder);
    assert.equal((await daylit.source('live')).epoch, 0);
    for (const fault of ['cut', 'stall', 'kill'] as const) {
      await daylit.next('ten frames more', moreThan(daylit, 10));
      await camera.strike(fault, daylit);
    }
    await daylit.next('ten frames more', moreThan(daylit, 10));
    const { status, summary } = await daylit.stop();
    assert.deepEqual([status, summary.epoch], [0, 3], daylit.said);
    const { pts } = await packetTimesAsStored(recording);
    assert.equal(pts.length, summary.coloured);
    assert.ok(pts.every((time, index) => index === 0 || time > (pts[index - 1] ?? Infinity)));
    assert.deepEqual(ffmpegsWith(`:${camera.line.port}/`), []);
  });

  test('with --slate a receiver is kept going while the camera is away; recordings are not filled', async (t) => {
    const folder = await temporaryFolder(t);
    const camera = await FaultyCamera.start(t);
    const receiver = await RtspCamera.start(t);
    const [push, recording] = [receiver.address('record'), join(folder, 'all.ts')];
    const daylit = new LiveProcess(t, [camera.address, '--slate', '--to', push, '--to', recording], folder);
    await daylit.next('pushed frames', pushed(1));
    camera.line.cut();
    camera.line.refuse(true);
    const lost = await daylit.source('reconnecting');
    const { outputs: [before] = [] } = await daylit.next(
      'a status',
      ({ event, at }) => event === 'status' && at > lost.at,
    );
    await daylit.next('slates', pushed((before?.frames ?? 0) + 10));
    camera.line.refuse(false);
    daylit.signal('SIGUSR1');
    await daylit.source('live');
    await daylit.next('ten frames more', moreThan(daylit, 10));
    const { status, summary } = await daylit.stop();
    assert.equal(status, 0, daylit.said);
    const [pushing, recorded] = summary.outputs;
    assert.ok((pushing?.frames ?? 0) + (pushing?.dropped ?? 0) >= summary.coloured + 10, daylit.said);
    assert.equal(recorded?.frames, summary.coloured);
    assert.deepEqual(
      daylit.events.filter(({ of, state }) => of === push && state !== 'live').map(({ state }) => state),
      ['ended'],
    );
    const { pts } = await packetTimesAsStored(recording);
    assert.equal(pts.length, summary.coloured);
    assert.ok(pts.every((time, index) => index === 0 || time > (pts[index - 1] ?? Infinity)));
  });

  test('a slow line shows fewer pictures, a corrupting one marred ones; neither ends the stream for good', async (t) => {
    const folder = await temporaryFolder(t);
    const camera = await FaultyCamera.start(t);
    const args = [camera.address, '--stall-timeout', '2', '--to', join(folder, 'all.mkv')];
    const daylit = new LiveProcess(t, args, folder);
    await daylit.source('live');
    // For as long as two statuses take; what comes of it is the line's affair.
    const aWhile = async (): Promise<void> => {
      daylit.lookFromHere();
      for (let second = 0; second < 2; second += 1) await daylit.next('a status', ({ event }) => event === 'status');
    };
    camera.line.corrupt(0.2);
    await aWhile();
    camera.line.corrupt(0);
    await daylit.next('ten frames more', moreThan(daylit, 10));
    camera.line.slow(2000);
    await aWhile();
    camera.line.slow(Infinity);
    await daylit.next('ten frames more', moreThan(daylit, 10));
    const { status, summary } = await daylit.stop();
    assert.equal(status, 0, daylit.said);
    assert.equal(summary.framesIn, summary.coloured + summary.dropped + summary.unreadable);
  });
});

/** A status in which the first output has taken this many frames. */
function pushed(count: number): Parameters<LiveProcess['next']>[1] {
  return ({ event, outputs: [first] = [] }) => event === 'status' && (first?.frames ?? 0) >= count;
}

/** A status with this many frames more than the last that was told. */
function moreThan({ events }: LiveProcess, count: number): Parameters<LiveProcess['next']>[1] {
  const before = events.findLast(({ event }) => event === 'status')?.coloured ?? 0;
  return ({ event, coloured = 0 }) => event === 'status' && coloured >= before + count;
}
