import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DaylitError } from '../../src/core/errors.js';
import type { Wait } from '../../src/core/wait.js';
import { startFfmpeg, type FfmpegProcess, type FfmpegRun } from '../../src/ffmpeg/process.js';
import { isRunning, standIn } from '../fakes/ffmpeg-processes.js';

/** Starts the stand-in and waits until it is ready. */
async function ready(behaviour: string, run: FfmpegRun = {}): Promise<FfmpegProcess> {
  return new Promise((resolve) => {
    const child = startFfmpeg(process.execPath, [standIn, behaviour], {
      ...run,
      onLine: (line) => {
        if (line.kind === 'log' && line.text === 'ready') resolve(child);
      },
    });
  });
}

async function failureOf(behaviour: string, ...args: string[]): Promise<DaylitError> {
  const child = startFfmpeg(process.execPath, [standIn, behaviour, ...args]);
  const error: unknown = await child.finished.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DaylitError);
  return error;
}

/** A wait that is over at once, as if the grace period had passed. */
const impatient: Wait = () => Promise.resolve();

suite('ffmpeg process', () => {
  test('a polite stop by q counts as a good end', async () => {
    const child = await ready('obeys-q', { stdin: 'control' });
    await child.stop();
    await child.finished;
    assert.equal(isRunning(child.pid ?? 0), false);
  });

  test('what ignores q and SIGTERM is killed after the grace periods, asked once by each', async () => {
    const child = await ready('ignores-term', { stdin: 'control', graceMilliseconds: 150 });
    await child.stop();
    await child.finished;
    assert.deepEqual(child.tail().slice(1), ['asked by q', 'asked by SIGTERM']);
  });

  test('the grace period is measured by the wait that is passed in', async () => {
    const child = await ready('ignores-term', { graceMilliseconds: 3_600_000, wait: impatient });
    await child.stop();
    assert.equal(isRunning(child.pid ?? 0), false);
  });

  test('kill ends a hanging process at once and twice is as good as once', async () => {
    const child = await ready('hangs');
    await Promise.all([child.kill(), child.kill()]);
    await child.finished;
    await child.stop();
  });

  test('an executable that is not there is FFMPEG_NOT_FOUND', async () => {
    const child = startFfmpeg('/nowhere/ffmpeg', []);
    await assert.rejects(child.finished, { code: 'FFMPEG_NOT_FOUND' });
    await child.stop();
  });

  test('a flood on stderr is held within bounds and the reason is quoted', async () => {
    const child = startFfmpeg(process.execPath, [standIn, 'floods-stderr']);
    await assert.rejects(child.finished, { code: 'FFMPEG_FAILED', message: /exit status 1\n {2}the reason$/ });
    assert.ok(child.tail().length <= 40);
    assert.ok(child.tail().join('').length <= 40 * 2000);
  });

  test('a full disk has a code of its own', async () => {
    assert.equal((await failureOf('disk-full')).code, 'OUTPUT_FULL');
  });

  test('credentials appear neither in the error nor in its cause', async () => {
    const error = await failureOf('names-secret', 'rtsp://admin:hunter2@camera/live?token=abc123');
    assert.match(error.message, /rtsp:\/\/\*\*\*@camera/);
    const everything = `${error.message} ${String(error.cause)}`;
    assert.doesNotMatch(everything, /hunter2|abc123/);
    assert.match(String(error.cause), /names-secret/);
  });

  test('death by a signal that nobody here sent is a failure', async () => {
    const child = await ready('hangs');
    process.kill(child.pid ?? 0, 'SIGTERM');
    await assert.rejects(child.finished, { code: 'FFMPEG_FAILED', message: /ended by SIGTERM/ });
  });
});
