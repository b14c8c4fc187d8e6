import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { StreamDispatcher } from '../../src/model/stream-dispatcher.js';
import type { CallName, Calls, FrameJob } from '../../src/model/worker-messages.js';
import { greyFrame } from '../fakes/frames.js';

/** A thread that colours one frame at each `step`, in the order they came, and remembers whose they were. */
class SteppedThread {
  readonly done: number[] = [];
  readonly #waiting: (() => void)[] = [];

  call<K extends CallName>(call: K, takes: Calls[K]['takes']): Promise<Calls[K]['gives']> {
    if (call !== 'frame') return Promise.resolve(null as Calls[K]['gives']);
    const { stream, thermal, rgb } = takes as FrameJob;
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        this.done.push(stream);
        resolve({ thermal, rgb, milliseconds: 1 } as Calls[K]['gives']);
      });
    });
  }

  /** False once nothing waits. */
  async step(): Promise<boolean> {
    const [next] = this.#waiting.splice(0, 1);
    next?.();
    // Lets all that hangs on the result happen, the camera's next frame included.
    await new Promise((resolve) => setImmediate(resolve));
    return next !== undefined;
  }

  get inside(): number {
    return this.#waiting.length;
  }
}

const count = (done: readonly number[], stream: number): number => done.filter((each) => each === stream).length;

suite('stream dispatcher', () => {
  test('four equal cameras get equal shares, whenever they began', async () => {
    const thread = new SteppedThread();
    const dispatcher = new StreamDispatcher(thread, new BufferPool(), () => undefined);
    const streams = [1, 2, 3, 4].map(() => dispatcher.stream(0));
    let stopped = false;
    for (const [index, { colorize }] of streams.entries()) {
      let sequence = 0;
      // Like a live camera: two frames on their way, the next as soon as one is out.
      const feed = (): void => {
        if (stopped) return;
        sequence += 1;
        void colorize(greyFrame(sequence)).then(feed);
      };
      feed();
      feed();
      for (let steps = 0; steps < index; steps += 1) await thread.step();
    }
    const before = thread.done.length;
    for (let steps = 0; steps < 400; steps += 1) assert.ok(await thread.step());
    const shares = [1, 2, 3, 4].map((stream) => count(thread.done.slice(before), stream));
    assert.ok(Math.max(...shares) / Math.min(...shares) <= 1.15, shares.join(' '));
    assert.ok(thread.inside <= 2, 'the rest waits where it takes turns');
    stopped = true;
    while (await thread.step());
  });

  test('a camera that asks for much does not starve one that asks for little', async () => {
    const thread = new SteppedThread();
    const dispatcher = new StreamDispatcher(thread, new BufferPool(), () => undefined);
    const [greedy, modest] = [0, 0].map(() => dispatcher.stream(0));
    for (let sequence = 0; sequence < 50; sequence += 1) void greedy?.colorize(greyFrame(sequence));
    await thread.step();
    void modest?.colorize(greyFrame(0));
    for (let steps = 0; steps < 4; steps += 1) await thread.step();
    assert.equal(count(thread.done, 2), 1, thread.done.join(' '));
    while (await thread.step());
    assert.equal(count(thread.done, 1), 50);
  });
});
