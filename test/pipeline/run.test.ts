import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import type { ColorizerStream, Sink, Source } from '../../src/core/contracts.js';
import type { Frame } from '../../src/core/frame.js';
import { StageMeter } from '../../src/core/stage-meter.js';
import { run, type Job } from '../../src/pipeline/run.js';
import { TestClock } from '../fakes/clock.js';
import { greyFrame, inRed, type TestFrame } from '../fakes/frames.js';
import { MemorySink } from '../fakes/sinks.js';

function sourceOf(frames: readonly Frame[], fault?: Error): Source {
  return {
    info: {
      kind: 'synthetic',
      label: 'test',
      delivery: 'waitForRoom',
      size: { width: 4, height: 2 },
      format: 'gray8',
      timeBase: { numerator: 1, denominator: 25 },
      frameCount: frames.length,
    },
    async *frames() {
      await Promise.resolve();
      yield* frames;
      if (fault !== undefined) throw fault;
    },
  };
}

const red: ColorizerStream = { colorize: (frame) => Promise.resolve(inRed(frame)), close: () => Promise.resolve() };

function jobOf(source: Source, sinks: readonly Sink[], more: Partial<Job> = {}): Job {
  const clock = new TestClock();
  return {
    source,
    sinks,
    normalizer: { push: (frame) => frame },
    stream: red,
    meter: new StageMeter(clock),
    pool: new BufferPool(),
    clock,
    ...more,
  };
}

suite('run', () => {
  test('every frame arrives once, in order, and is released once', async () => {
    const frames: TestFrame[] = Array.from({ length: 40 }, (_, sequence) => greyFrame(sequence));
    const sink = new MemorySink('out');
    const progress: number[] = [];
    const summary = await run(
      jobOf(sourceOf(frames), [sink], { onProgress: ({ frames: done }) => progress.push(done) }),
    );
    assert.equal(summary.frames, 40);
    assert.equal(summary.of, 40);
    assert.deepEqual(summary.outputs, [{ target: 'out', frames: 40 }]);
    assert.deepEqual(
      sink.written.map(({ pts }) => pts),
      frames.map(({ pts }) => pts),
    );
    assert.ok(frames.every((frame) => frame.released() === 1));
    assert.equal(progress.at(-1), 40);
  });

  test('an error of the source discards the outputs', async () => {
    const sink = new MemorySink('out');
    await assert.rejects(run(jobOf(sourceOf([greyFrame(0)], new Error('gone')), [sink])), { code: 'INTERNAL' });
    assert.equal(sink.state, 'discarded');
  });

  test('no frames at all is an error', async () => {
    const sink = new MemorySink('out');
    await assert.rejects(run(jobOf(sourceOf([]), [sink])), { code: 'INPUT_EMPTY' });
    assert.equal(sink.state, 'discarded');
  });

  test('an abort stops at once and leaves nothing', async () => {
    const abort = new AbortController();
    const sink = new MemorySink('out');
    const frames = Array.from({ length: 100 }, (_, sequence) => greyFrame(sequence));
    const onProgress = ({ frames: done }: { frames: number }): void => {
      if (done === 5) abort.abort();
    };
    await assert.rejects(run(jobOf(sourceOf(frames), [sink], { abort: abort.signal, onProgress })), {
      code: 'INTERRUPTED',
    });
    assert.equal(sink.state, 'discarded');
    assert.equal(sink.written.length, 5);
  });

  test('an abort ends even an output that never finishes', async () => {
    const abort = new AbortController();
    class Endless extends MemorySink {
      override finish(): Promise<never> {
        abort.abort();
        return new Promise(() => undefined);
      }
    }
    const sink = new Endless('out');
    await assert.rejects(run(jobOf(sourceOf([greyFrame(0)]), [sink], { abort: abort.signal })), {
      code: 'INTERRUPTED',
    });
    assert.equal(sink.state, 'discarded');
  });

  test('a stop finishes with the frames already read', async () => {
    const until = new AbortController();
    const sink = new MemorySink('out');
    const frames = Array.from({ length: 100 }, (_, sequence) => greyFrame(sequence));
    const onProgress = ({ frames: done }: { frames: number }): void => {
      if (done === 5) until.abort();
    };
    const summary = await run(jobOf(sourceOf(frames), [sink], { until: until.signal, onProgress }));
    assert.ok(summary.stoppedEarly);
    assert.equal(sink.state, 'finished');
    assert.ok(summary.frames >= 5 && summary.frames < 15);
  });

  test('side by side puts the thermal picture left and its colours right', async () => {
    const sink = new MemorySink('out');
    await run(jobOf(sourceOf([greyFrame(9)]), [sink], { sideBySide: true }));
    const [picture] = sink.written;
    assert.equal(picture?.width, 8);
    const row = [...picture.pixels.subarray(0, 24)];
    assert.deepEqual(row, [...Array<number>(12).fill(9), 9, 0, 0, 9, 0, 0, 9, 0, 0, 9, 0, 0]);
  });
});
