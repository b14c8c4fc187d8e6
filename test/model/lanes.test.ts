import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { Lanes } from '../../src/model/lanes.js';
import type { Order } from '../../src/model/standing-orders.js';
import type { CallName, Calls, FrameJob } from '../../src/model/worker-messages.js';
import { greyFrame } from '../fakes/frames.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A thread that colours at once and notes whose frames it had, by the first pixel, and what it was told. */
class NotedThread {
  readonly frames: number[] = [];
  readonly calls: string[] = [];
  closed = false;
  readonly #streams = new Set<number>();

  async call<K extends CallName>(call: K, takes: Calls[K]['takes']): Promise<Calls[K]['gives']> {
    if (call !== 'frame') {
      this.#note({ call, takes } as Order);
      return null;
    }
    const { stream, thermal, rgb } = takes as FrameJob;
    assert.ok(this.#streams.has(stream), 'a frame of a stream that is not open');
    await turn();
    this.frames.push(thermal[0] ?? -1);
    return { thermal, rgb, milliseconds: 1 } as Calls[K]['gives'];
  }

  #note({ call, takes }: Order): void {
    if (call === 'open') this.#streams.add(takes.stream);
    else if (call === 'close') this.#streams.delete(takes.stream);
    else
      this.calls.push(`${takes.stream === undefined ? 'common' : 'own'} ${takes.photos.map(({ key }) => key).join()}`);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  get open(): number {
    return this.#streams.size;
  }
}

function lanes(most: number): { all: Lanes; threads: NotedThread[]; fail: { next: boolean } } {
  const threads = [new NotedThread()];
  const fail = { next: false };
  const [first = assert.fail()] = threads;
  const begin = (): Promise<NotedThread> => {
    if (fail.next) return Promise.reject(new Error('no memory'));
    const thread = new NotedThread();
    threads.push(thread);
    return Promise.resolve(thread);
  };
  return { all: new Lanes(first, { most, begin, pool: new BufferPool(), onRun: () => undefined }), threads, fail };
}

const openAt = (threads: readonly NotedThread[]): number[] => threads.map(({ open }) => open);

suite('lanes', () => {
  test('one stream has one thread; further streams begin further threads and are spread evenly', async () => {
    const { all, threads } = lanes(2);
    const streams = [all.stream(0)];
    await turn();
    assert.deepEqual(openAt(threads), [1]);
    for (let more = 0; more < 3; more += 1) streams.push(all.stream(0));
    await turn();
    await turn();
    assert.deepEqual(openAt(threads), [2, 2]);
    await Promise.all(streams.slice(0, 2).map(({ close }) => close()));
    await turn();
    assert.deepEqual(openAt(threads), [1, 1], 'those that stay are spread anew');
    await all.close();
    assert.deepEqual(
      threads.map(({ closed }) => closed),
      [true, true],
    );
  });

  test('a stream that moves loses no frame, keeps its order and takes its photos along', async () => {
    const { all, threads } = lanes(2);
    const [first, second] = [all.stream(0), all.stream(0)];
    await second.usePhotos([{ key: 'noon', tokens: {} }]);
    await all.useCommon([{ key: 'common', tokens: {} }]);
    const out: number[] = [];
    const work = Array.from({ length: 20 }, async (_, sequence) => {
      if (sequence % 4 === 0) await turn();
      const shown = await second.colorize(greyFrame(sequence));
      out.push(shown.sequence);
    });
    await Promise.all(work);
    assert.deepEqual(
      out.toSorted((a, b) => a - b),
      [...Array(20).keys()],
    );
    assert.ok(threads[1]?.calls.includes('own noon'), threads[1]?.calls.join('; '));
    assert.ok(threads[1]?.calls.some((call) => call.startsWith('common')));
    await Promise.all([first.close(), second.close()]);
    await turn();
    assert.deepEqual(openAt(threads), [0, 0]);
  });

  test('a thread that cannot be begun is done without, and tried again with the next stream', async () => {
    const { all, threads, fail } = lanes(2);
    fail.next = true;
    const streams = [all.stream(0), all.stream(0)];
    await turn();
    await Promise.all(streams.map(({ colorize }) => colorize(greyFrame(1))));
    assert.deepEqual(openAt(threads), [2]);
    fail.next = false;
    all.stream(0);
    await turn();
    await turn();
    assert.deepEqual(openAt(threads).toSorted(), [1, 2]);
  });
});
