import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { systemClock } from '../../src/core/clock.js';
import type { ColorizerStream, Source, SourceInfo } from '../../src/core/contracts.js';
import { DaylitError } from '../../src/core/errors.js';
import type { Frame } from '../../src/core/frame.js';
import { StageMeter } from '../../src/core/stage-meter.js';
import type { StateChange } from '../../src/core/states.js';
import { runLive, type LiveJob } from '../../src/pipeline/run-live.js';
import { greyFrame, inRed, type TestFrame } from '../fakes/frames.js';
import { MemorySink } from '../fakes/sinks.js';

const red: ColorizerStream = { colorize: (frame) => Promise.resolve(inRed(frame)), close: () => Promise.resolve() };
const info: SourceInfo = {
  kind: 'video',
  label: 'camera',
  delivery: 'keepLatest',
  format: 'gray8',
  size: { width: 4, height: 2 },
  timeBase: { numerator: 1, denominator: 25 },
};

/** Frames with a turn for the rest of the program after each. */
function camera(frames: readonly Frame[], fault?: DaylitError): Source {
  return {
    info,
    async *frames() {
      for (const frame of frames) {
        yield frame;
        for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
      }
      if (fault !== undefined) throw fault;
    },
  };
}

/** A camera that shows nothing until it is let go. */
const still: Source = {
  info,
  frames: (signal) => ({
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => {
            resolve({ done: true, value: undefined });
          });
        }),
    }),
  }),
};

interface Scene {
  readonly sink: MemorySink;
  readonly states: StateChange[];
  readonly job: LiveJob;
}

function sceneOf(connections: readonly (Source | DaylitError)[], more: Partial<LiveJob> = {}): Scene {
  const sink = new MemorySink('out');
  const states: StateChange[] = [];
  let next = 0;
  const job: LiveJob = {
    connect: () => {
      const source = connections[next++] ?? still;
      return source instanceof DaylitError ? Promise.reject(source) : Promise.resolve(source);
    },
    endIsEnd: false,
    limits: { firstFrameMs: 10_000, betweenFramesMs: 10_000 },
    backoff: { firstMs: 1, capMs: 1, lateMs: 1, healthyMs: 1000 },
    normalizer: { push: (frame) => frame },
    stream: red,
    targets: [{ target: 'out', open: () => Promise.resolve(sink) }],
    sideBySide: false,
    meter: new StageMeter(systemClock),
    pool: new BufferPool(),
    clock: systemClock,
    onState: (change) => states.push(change),
    ...more,
  };
  return { sink, states, job };
}

const framesOf = (count: number): TestFrame[] => Array.from({ length: count }, (_, sequence) => greyFrame(sequence));

suite('run live', () => {
  test('a recording in real time: all frames walk through, in rising time, and it ends', async () => {
    const frames = framesOf(20);
    const { sink, states, job } = sceneOf([camera(frames)], { endIsEnd: true });
    const status = await runLive(job).finished;
    assert.deepEqual([status.state, status.framesIn, status.coloured + status.dropped], ['ended', 20, 20]);
    assert.equal(status.outputs[0]?.frames, status.coloured);
    assert.equal(sink.state, 'finished');
    assert.ok(sink.written.every(({ pts }, index) => pts > (sink.written[index - 1]?.pts ?? -1)));
    assert.ok(frames.every((frame) => frame.released() === 1));
    const of = (who: string): string[] => states.filter((change) => change.of === who).map(({ state }) => state);
    assert.deepEqual(of('source'), ['connecting', 'live', 'ended']);
    assert.deepEqual(of('out'), ['live', 'ended']);
  });

  test('a camera that is down, breaks and comes back; then a stop', async () => {
    const until = new AbortController();
    const { states, job } = sceneOf(
      [
        new DaylitError('CONNECTION_REFUSED', 'down'),
        camera(framesOf(3), new DaylitError('CONNECTION_LOST', 'cable')),
        camera(framesOf(3)),
      ],
      { until: until.signal },
    );
    const running = runLive({
      ...job,
      onState: (change) => {
        job.onState(change);
        if (change.state === 'reconnecting' && change.epoch === 1) until.abort();
      },
    });
    const status = await running.finished;
    assert.equal(status.framesIn, 6);
    assert.deepEqual(
      states.filter(({ of }) => of === 'source').map(({ state, epoch, code }) => [state, epoch, code]),
      [
        ['connecting', 0, undefined],
        ['reconnecting', 0, 'CONNECTION_REFUSED'],
        ['live', 0, undefined],
        ['reconnecting', 0, 'CONNECTION_LOST'],
        ['live', 1, undefined],
        ['reconnecting', 1, 'CONNECTION_LOST'],
        ['ended', 1, undefined],
      ],
    );
  });

  test('a slow model drops frames and never falls behind; in = out + dropped', async () => {
    const held: (() => void)[] = [];
    const stream: ColorizerStream = {
      colorize: async (frame) => {
        await new Promise<void>((resolve) => held.push(resolve));
        return inRed(frame);
      },
      close: () => Promise.resolve(),
    };
    const frames = framesOf(50);
    const { sink, job } = sceneOf([camera(frames)], { stream, endIsEnd: true });
    const running = runLive(job);
    while (running.status().framesIn < 50) await new Promise(setImmediate);
    assert.equal(held.length, 2);
    assert.equal(running.status().dropped, 47);
    while (running.status().coloured < 3) {
      held.shift()?.();
      await new Promise(setImmediate);
    }
    const status = await running.finished;
    assert.deepEqual([status.coloured, status.dropped], [3, 47]);
    assert.deepEqual(
      sink.written.map(({ pixels }) => pixels[0]),
      [0, 1, 49],
    );
    assert.ok(frames.every((frame) => frame.released() === 1));
  });

  test('colours that are no temperatures, as of a start-up picture, are passed over and told once', async () => {
    let pushed = 0;
    const normalizer = {
      push: (frame: Frame): Frame => {
        pushed += 1;
        if (pushed > 3) return frame;
        frame.release();
        throw new DaylitError('PALETTE_UNKNOWN', 'a blue splash');
      },
    };
    const { states, job } = sceneOf([camera(framesOf(6))], { normalizer, endIsEnd: true });
    const status = await runLive(job).finished;
    assert.equal(status.unreadable, 3);
    assert.equal(status.framesIn, status.coloured + status.dropped + status.unreadable);
    assert.deepEqual(
      states.filter(({ of }) => of === 'source').map(({ state }) => state),
      ['connecting', 'live', 'failed', 'live', 'ended'],
    );
  });

  test('a freeze is told, and its end', async () => {
    const frozen = (sequence: number): Frame => ({
      ...greyFrame(sequence, undefined, { frozen: true }),
      arrivedAt: sequence * 300,
    });
    const frames = [greyFrame(0), frozen(1), frozen(2), frozen(3), frozen(4), { ...greyFrame(5), arrivedAt: 1500 }];
    const { states, job } = sceneOf([camera(frames)], { endIsEnd: true });
    await runLive(job).finished;
    assert.deepEqual(
      states.filter(({ of }) => of === 'source').map(({ state }) => state),
      ['connecting', 'live', 'frozen', 'live', 'ended'],
    );
  });

  test('a fault of the model ends it, and the outputs are finished all the same', async () => {
    const stream: ColorizerStream = {
      colorize: (frame) =>
        frame.sequence < 2 ? Promise.resolve(inRed(frame)) : Promise.reject(new DaylitError('MODEL_FAILED', 'nan')),
      close: () => Promise.resolve(),
    };
    const { sink, states, job } = sceneOf([camera(framesOf(9))], { stream });
    await assert.rejects(runLive(job).finished, { code: 'MODEL_FAILED' });
    assert.equal(sink.state, 'finished');
    assert.equal(states.find(({ code }) => code === 'MODEL_FAILED')?.state, 'failed');
  });

  test('an abort discards, a stop before the first picture ends at once', async () => {
    const abort = new AbortController();
    const { sink, job } = sceneOf([camera(framesOf(2))], { abort: abort.signal });
    const running = runLive(job);
    while (sink.written.length < 2) await new Promise(setImmediate);
    abort.abort();
    await assert.rejects(running.finished, { code: 'INTERRUPTED' });
    assert.equal(sink.state, 'discarded');
    const stopped = sceneOf([still], { until: AbortSignal.abort() });
    assert.equal((await runLive(stopped.job).finished).framesIn, 0);
  });

  test('when every output has its fill, it ends', async () => {
    const open = (): Promise<never> => Promise.reject(new DaylitError('OUTPUT_CLOSED', 'stdout'));
    const { job } = sceneOf([camera(framesOf(3))], { targets: [{ target: '-', open }] });
    const status = await runLive(job).finished;
    assert.equal(status.state, 'ended');
  });
});
