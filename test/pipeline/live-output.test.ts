import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Sink } from '../../src/core/contracts.js';
import { DaylitError } from '../../src/core/errors.js';
import type { ColourFrame } from '../../src/core/frame.js';
import type { StateChange } from '../../src/core/states.js';
import type { Wait } from '../../src/core/wait.js';
import { BACKOFF } from '../../src/pipeline/backoff.js';
import { LiveOutput, offerToAll, type LiveOutputOptions } from '../../src/pipeline/live-output.js';
import { TestClock } from '../fakes/clock.js';
import { greyFrame, inRed, type TestFrame } from '../fakes/frames.js';

/** Lets everything run that can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

/** Waits that end when they are told to, or when they are aborted. */
class Waits {
  readonly asked: { readonly milliseconds: number; readonly pass: () => void; over: boolean }[] = [];

  readonly wait: Wait = (milliseconds, signal) =>
    new Promise((resolve) => {
      const one = {
        milliseconds,
        over: false,
        pass: (): void => {
          one.over = true;
          resolve();
        },
      };
      this.asked.push(one);
      signal.addEventListener('abort', one.pass);
      if (signal.aborted) one.pass();
    });

  /** Those that are going on. */
  get open(): readonly number[] {
    return this.asked.filter(({ over }) => !over).map(({ milliseconds }) => milliseconds);
  }

  pass(milliseconds: number): void {
    this.asked.find((one) => !one.over && one.milliseconds === milliseconds)?.pass();
  }
}

/** A sink whose writes end as they are told. */
class ScriptedSink implements Sink {
  readonly target = 'out';
  readonly taken: number[] = [];
  state: 'open' | 'finished' | 'discarded' = 'open';
  readonly #held: ((thrown?: Error) => void)[] = [];

  constructor(private readonly behave: 'takes' | 'hangs' | Error = 'takes') {}

  async write(frame: ColourFrame): Promise<void> {
    if (this.behave instanceof Error) throw this.behave;
    if (this.behave === 'hangs')
      await new Promise<void>((resolve, reject) =>
        this.#held.push((e) => {
          if (e) reject(e);
          else resolve();
        }),
      );
    this.taken.push(frame.sequence);
  }

  finish(): Promise<{ target: string; frames: number }> {
    this.state = 'finished';
    return Promise.resolve({ target: this.target, frames: this.taken.length });
  }

  discard(): Promise<void> {
    this.state = 'discarded';
    for (const end of this.#held.splice(0)) end(new Error('killed'));
    return Promise.resolve();
  }

  letGo(): void {
    this.#held.shift()?.();
  }
}

interface Scene {
  readonly output: LiveOutput;
  readonly waits: Waits;
  readonly states: StateChange[];
  readonly clock: TestClock;
}

function sceneOf(sinks: readonly Sink[], more: Partial<LiveOutputOptions> = {}): Scene {
  const [waits, states, clock] = [new Waits(), [] as StateChange[], new TestClock()];
  let next = 0;
  const output = new LiveOutput({
    target: 'out',
    open: () => Promise.resolve(sinks[next++] ?? new ScriptedSink()),
    clock,
    wait: waits.wait,
    backoff: BACKOFF,
    random: () => 0,
    onState: (change) => states.push(change),
    ...more,
  });
  return { output, waits, states, clock };
}

function offer({ output }: Scene, frames: readonly TestFrame[]): void {
  for (const frame of frames) output.offer(inRed(frame));
}

const framesOf = (count: number): TestFrame[] => Array.from({ length: count }, (_, sequence) => greyFrame(sequence));

suite('live output', () => {
  test('writes in order, measures how old frames are, finishes with all that waits', async () => {
    const sink = new ScriptedSink();
    const scene = sceneOf([sink]);
    const frames = framesOf(5);
    scene.clock.advance(30);
    offer(scene, frames);
    await scene.output.finish();
    assert.deepEqual(sink.taken, [0, 1, 2, 3, 4]);
    assert.equal(sink.state, 'finished');
    assert.ok(frames.every((frame) => frame.released() === 1));
    assert.deepEqual(scene.output.status(), {
      ...{ target: 'out', state: 'ended', frames: 5, dropped: 0 },
      ageMs: { p50: 30, p95: 30 },
    });
    assert.deepEqual(
      scene.states.map(({ state }) => state),
      ['live', 'ended'],
    );
    assert.deepEqual(scene.waits.open, []);
  });

  test('a slow one drops the oldest that wait, never the newest, and counts them', async () => {
    const sink = new ScriptedSink('hangs');
    const scene = sceneOf([sink]);
    const frames = framesOf(30);
    offer(scene, frames.slice(0, 1));
    await settle();
    offer(scene, frames.slice(1));
    assert.equal(scene.output.status().dropped, 21);
    const finished = scene.output.finish();
    for (let write = 0; write < 9; write += 1) {
      sink.letGo();
      await settle();
    }
    await finished;
    assert.deepEqual(sink.taken, [0, 22, 23, 24, 25, 26, 27, 28, 29]);
    assert.ok(frames.every((frame) => frame.released() === 1));
  });

  test('one that breaks is discarded, waited for, and opened again; what comes meanwhile rolls on', async () => {
    const broken = new ScriptedSink(new DaylitError('OUTPUT_UNREACHABLE', 'gone'));
    const good = new ScriptedSink();
    const scene = sceneOf([broken, good]);
    const frames = framesOf(20);
    offer(scene, frames.slice(0, 1));
    await settle();
    assert.equal(broken.state, 'discarded');
    assert.deepEqual(scene.waits.open, [1000]);
    offer(scene, frames.slice(1));
    scene.waits.pass(1000);
    await settle();
    assert.deepEqual(good.taken, [12, 13, 14, 15, 16, 17, 18, 19]);
    const { frames: taken, dropped } = scene.output.status();
    assert.equal(taken + dropped, 20);
    assert.deepEqual(
      scene.states.map(({ state, code, retryInMs }) => [state, code, retryInMs]),
      [
        ['reconnecting', 'OUTPUT_UNREACHABLE', 1000],
        ['live', undefined, undefined],
      ],
    );
    await scene.output.finish();
  });

  test('one that refuses is asked again late, or at once by retryNow', async () => {
    const good = new ScriptedSink();
    const scene = sceneOf([new ScriptedSink(new DaylitError('OUTPUT_REFUSED', 'no')), good]);
    offer(scene, framesOf(2));
    await settle();
    assert.equal(scene.states.at(-1)?.state, 'failed');
    assert.deepEqual(scene.waits.open, [300_000]);
    scene.output.retryNow();
    await settle();
    assert.deepEqual(good.taken, [1]);
    await scene.output.finish();
  });

  test('one that hangs is given up after its time; its frame is released only when it has let go', async () => {
    const hanging = new ScriptedSink('hangs');
    const scene = sceneOf([hanging]);
    const [frame] = framesOf(1);
    assert.ok(frame);
    offer(scene, [frame]);
    await settle();
    assert.equal(frame.released(), 0);
    scene.waits.pass(10_000);
    await settle();
    assert.equal(hanging.state, 'discarded');
    assert.equal(frame.released(), 1);
    assert.equal(scene.states.at(-1)?.code, 'OUTPUT_UNREACHABLE');
    await scene.output.finish();
  });

  test('a reader that has gone ends it for good, without a failure', async () => {
    const scene = sceneOf([new ScriptedSink(new DaylitError('OUTPUT_CLOSED', 'stdout'))]);
    offer(scene, framesOf(1));
    await scene.output.over;
    assert.deepEqual(
      scene.states.map(({ state }) => state),
      ['ended'],
    );
    const late = greyFrame(9);
    offer(scene, [late]);
    assert.equal(late.released(), 1);
  });

  test('a stop during the wait does not begin it again', async () => {
    const never = new ScriptedSink();
    const scene = sceneOf([new ScriptedSink(new DaylitError('OUTPUT_UNREACHABLE', 'gone')), never]);
    const frames = framesOf(4);
    offer(scene, frames);
    await settle();
    await scene.output.finish();
    assert.deepEqual(never.taken, []);
    assert.ok(frames.every((frame) => frame.released() === 1));
  });

  test('discarding lets go of a hanging one at once', async () => {
    const hanging = new ScriptedSink('hangs');
    const scene = sceneOf([hanging]);
    const frames = framesOf(4);
    offer(scene, frames);
    await settle();
    await scene.output.discard();
    assert.equal(hanging.state, 'discarded');
    assert.ok(frames.every((frame) => frame.released() === 1));
  });

  test('a frame shared by several is released once, by the last; by none, at once', async () => {
    const [slow, quick] = [new ScriptedSink('hangs'), new ScriptedSink()];
    const outputs = [slow, quick].map((sink) => sceneOf([sink]).output);
    const frame = greyFrame(0);
    offerToAll(outputs, inRed(frame));
    await settle();
    assert.deepEqual([quick.taken, frame.released()], [[0], 0]);
    slow.letGo();
    await settle();
    assert.equal(frame.released(), 1);
    const unwanted = greyFrame(1);
    offerToAll([], inRed(unwanted));
    assert.equal(unwanted.released(), 1);
    await Promise.all(outputs.map((output) => output.finish()));
  });
});
