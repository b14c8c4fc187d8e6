import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { LiveStatus } from '../../src/index.js';
import { packetTimes } from '../fakes/inspect-video.js';
import { ffmpegsIn, ffmpegsWith, LiveProcess, type LiveEvent } from '../fakes/live-process.js';
import { RtspCamera } from '../fakes/rtsp-camera.js';
import { comesTrue } from '../fakes/ffmpeg-processes.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** As it must be written in an address. */
const PASSWORD = { plain: 'p@ss:w0rd', written: 'p%40ss%3Aw0rd' };

function frames(count: number): (event: LiveEvent) => boolean {
  return ({ event, coloured = 0 }) => event === 'status' && coloured >= count;
}

function accountedFor({ framesIn, coloured, dropped, unreadable }: LiveStatus): void {
  assert.equal(framesIn, coloured + dropped + unreadable);
}

suite('a live camera over RTSP', () => {
  test('behind a password: power goes three times, the stream goes on, times rise, no ffmpeg is left', async (t) => {
    const folder = await temporaryFolder(t);
    const setup = { password: PASSWORD.plain };
    let camera = await RtspCamera.start(t, setup);
    const receiver = await RtspCamera.start(t);
    const { port } = camera;
    const outputs = ['--to', join(folder, 'all.ts'), '--to', receiver.address('record')];
    const daylit = new LiveProcess(t, [camera.address('thermal', `admin:${PASSWORD.written}`), ...outputs], folder);
    assert.equal((await daylit.source('live')).epoch, 0);
    assert.doesNotMatch(ffmpegsIn(folder).join(), /p%40ss|admin/, 'seen by all users of the machine');
    for (const epoch of [1, 2, 3]) {
      await camera.cut();
      assert.equal((await daylit.source('reconnecting')).code, 'CONNECTION_LOST');
      camera = await RtspCamera.start(t, { ...setup, port });
      assert.equal((await daylit.source('live')).epoch, epoch);
    }
    await daylit.next('frames', frames(60));
    const { status, summary } = await daylit.stop();
    assert.equal(status, 0, daylit.said);
    accountedFor(summary);
    const [recording, push] = summary.outputs;
    assert.deepEqual([recording?.state, recording?.dropped, push?.state], ['ended', 0, 'ended']);
    assert.ok(receiver.received >= 50, `${receiver.received} of ${summary.coloured} frames were received`);
    const { pts } = await packetTimes(join(folder, 'all.ts'));
    assert.equal(pts.length, summary.coloured);
    assert.equal(new Set(pts).size, pts.length);
    // They say so in a process of their own; a busy machine may have connected once more.
    const goodbyes = (): readonly number[] => [camera.goodbyes, receiver.goodbyes];
    assert.ok(await comesTrue(() => goodbyes().every((count) => count >= 1), 30_000), `goodbyes: ${goodbyes().join()}`);
    assert.doesNotMatch(daylit.said, /p%40ss|p@ss/);
    assert.deepEqual(ffmpegsIn(folder), []);
  });

  test('a wrong password is told, not hammered, and tried again on demand', async (t) => {
    const camera = await RtspCamera.start(t, { password: PASSWORD.plain });
    const folder = await temporaryFolder(t);
    const target = join(folder, 'never.mp4');
    const daylit = new LiveProcess(t, [camera.address('thermal', 'admin:wrong'), '--to', target], folder);
    for (const attempt of [1, 2]) {
      const failed = await daylit.source('failed');
      assert.deepEqual([failed.code, failed.attempt], ['UNAUTHORIZED', attempt]);
      assert.ok((failed.retryInMs ?? 0) >= 150_000);
      if (attempt === 1) daylit.signal('SIGUSR1');
    }
    const { status, summary } = await daylit.stop();
    assert.deepEqual([status, summary.framesIn], [0, 0]);
    assert.deepEqual(await readdir(folder), []);
    assert.doesNotMatch(daylit.said, /wrong/);
  });

  test('a camera that is switched on later, stands still, and goes on', async (t) => {
    const folder = await temporaryFolder(t);
    const { port } = await RtspCamera.start(t).then(async (camera) => {
      await camera.cut();
      return camera;
    });
    const args = [`rtsp://127.0.0.1:${port}/thermal`, '--stall-timeout', '1', '--to', join(folder, '%Y', '%H%M%S.mp4')];
    const daylit = new LiveProcess(t, args, folder);
    assert.equal((await daylit.source('reconnecting')).code, 'CONNECTION_REFUSED');
    const camera = await RtspCamera.start(t, { port });
    assert.equal((await daylit.source('live')).epoch, 0);
    await daylit.next('frames', frames(10));
    camera.freeze();
    assert.equal((await daylit.source('stalled')).code, 'STREAM_STALLED');
    camera.thaw();
    assert.equal((await daylit.source('live')).epoch, 1);
    const { status, summary } = await daylit.stop();
    assert.equal(status, 0);
    accountedFor(summary);
    assert.deepEqual(ffmpegsWith(`:${port}/`), []);
  });

  test('one of three outputs is blocked, since its reader is stopped: the other two lose nothing', async (t) => {
    const folder = await temporaryFolder(t);
    const camera = await RtspCamera.start(t);
    const receiver = await RtspCamera.start(t);
    const outputs = ['--to', '-', '--to', join(folder, 'all.ts'), '--to', receiver.address('record')];
    const daylit = new LiveProcess(t, [camera.address(), ...outputs], folder, 'stderr');
    const reader = spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] });
    t.after(() => reader.kill('SIGKILL'));
    daylit.pictures.pipe(reader.stdin);
    // Frames that came before the receiver had taken the stream are its beginning's, and lost to it alone.
    const { outputs: [, , begun] = [] } = await daylit.next(
      'all live',
      ({ coloured = 0, outputs = [] }) => coloured >= 25 && outputs.every(({ state }) => state === 'live'),
    );
    const missed = begun?.dropped ?? NaN;
    reader.kill('SIGSTOP');
    const blocked = await daylit.next('drops', ({ outputs: [first] = [] }) => (first?.dropped ?? 0) >= 50);
    reader.kill('SIGCONT');
    const before = blocked.outputs?.[0]?.frames ?? Infinity;
    await daylit.next('the reader goes on', ({ outputs: [first] = [] }) => (first?.frames ?? 0) >= before + 25);
    const { status, summary } = await daylit.stop();
    assert.equal(status, 0, daylit.said);
    accountedFor(summary);
    const { coloured } = summary;
    const [read, recorded, pushed] = summary.outputs;
    assert.equal((read?.frames ?? 0) + (read?.dropped ?? 0), coloured);
    assert.deepEqual([recorded?.frames, recorded?.dropped], [coloured, 0]);
    assert.deepEqual([pushed?.frames, pushed?.dropped], [coloured - missed, missed]);
    assert.equal((await packetTimes(join(folder, 'all.ts'))).pts.length, coloured);
    // It tells by tens.
    assert.ok(receiver.received >= coloured - missed - 19, `${receiver.received} of ${coloured} were received`);
    assert.deepEqual(ffmpegsWith(`:${receiver.port}/`), []);
  });

  test('outputs hurt themselves alone: one whose reader sleeps, one whose receiver loses power and comes back', async (t) => {
    const folder = await temporaryFolder(t);
    const camera = await RtspCamera.start(t);
    const receiver = await RtspCamera.start(t);
    const push = receiver.address('record');
    const outputs = ['--to', '-', '--to', join(folder, 'all.mkv'), '--to', push];
    const daylit = new LiveProcess(t, [camera.address(), ...outputs], folder, 'stderr');
    const pushes = (...states: readonly unknown[]): Promise<LiveEvent> =>
      daylit.next(`push ${states.join(' or ')}`, ({ of, state }) => of === push && states.includes(state));
    await pushes('live');
    await daylit.next('frames', frames(50));
    await receiver.cut();
    const broken = await pushes('reconnecting');
    assert.ok(broken.code === 'OUTPUT_UNREACHABLE' || broken.code === 'FFMPEG_FAILED', JSON.stringify(broken));
    const again = await RtspCamera.start(t, { port: receiver.port });
    await pushes('live');
    await daylit.next(
      'frames',
      ({ event, outputs: [, , third] = [] }) => event === 'status' && third?.state === 'live',
    );
    const { summary } = await daylit.stop();
    accountedFor(summary);
    assert.equal(summary.epoch, 0);
    const [sleeping, recording] = summary.outputs;
    assert.ok((sleeping?.dropped ?? 0) > 20, daylit.said);
    assert.deepEqual([recording?.frames, recording?.dropped], [summary.coloured, 0]);
    assert.ok((recording?.ageMs?.p95 ?? Infinity) < 1000, JSON.stringify(recording));
    assert.equal((await packetTimes(join(folder, 'all.mkv'))).pts.length, summary.coloured);
    assert.deepEqual(ffmpegsWith(`:${again.port}/`), []);
  });
});
