import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import type { ColourFrame } from '../../src/core/frame.js';
import { stateLength } from '../../src/model/kept-state.js';
import { readModel } from '../../src/model/model-folder.js';
import { RunAhead } from '../../src/model/run-ahead.js';
import { paddedSize } from '../../src/model/tensors.js';
import { WorkerClient } from '../../src/model/worker-client.js';
import type { CallName, Calls, SharedFrameJob } from '../../src/model/worker-messages.js';
import { cutModel } from '../fakes/cut-model.js';
import { greyFrame } from '../fakes/frames.js';
import { frame } from '../fakes/tiny-pictures.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A thread that colours one frame at each `end`, or lets it fail. */
class SteppedThread {
  readonly waiting: { readonly job: SharedFrameJob; readonly end: (error?: Error) => void }[] = [];
  readonly told: string[] = [];
  closed = false;

  call<K extends CallName>(call: K, takes: Calls[K]['takes']): Promise<Calls[K]['gives']> {
    if (call !== 'sharedFrame') {
      this.told.push(call);
      return Promise.resolve(null as Calls[K]['gives']);
    }
    const job = takes as SharedFrameJob;
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        job.rgb.fill(job.thermal[0] ?? 0);
        if (error === undefined) resolve({ milliseconds: 1 } as Calls[K]['gives']);
        else reject(error);
      };
      this.waiting.push({ job, end });
    });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function stepped(most: number, begin?: () => Promise<SteppedThread>) {
  const threads = [new SteppedThread()];
  const [first = assert.fail()] = threads;
  const another = (): Promise<SteppedThread> => {
    const thread = new SteppedThread();
    threads.push(thread);
    return Promise.resolve(thread);
  };
  const options = {
    most,
    begin: begin ?? another,
    pool: new BufferPool(),
    onRun: () => undefined,
    stateLength: () => 4,
  };
  return { all: new RunAhead(first, options), threads };
}

suite('threads that run ahead', () => {
  test('all are begun at once and take part as they come; two frames are in each at most', async () => {
    const { all, threads } = stepped(3);
    const stream = all.stream(0);
    assert.equal(stream.atOnce, 6);
    const results: Promise<ColourFrame>[] = [stream.colorize(greyFrame(0))];
    for (let sequence = 1; sequence < 20; sequence += 1) results.push(stream.colorize(greyFrame(sequence)));
    const taken: number[] = [];
    for (let steps = 0; steps < 40; steps += 1) {
      await turn();
      for (const { waiting } of threads) {
        assert.ok(waiting.length <= 2);
        const next = waiting.shift();
        if (next !== undefined) taken.push(next.job.leg.turn);
        next?.end();
      }
    }
    assert.equal(threads.length, 3);
    assert.deepEqual(
      taken.toSorted((a, b) => a - b),
      [...Array(20).keys()],
    );
    const shown = await Promise.all(results);
    assert.deepEqual(
      shown.map(({ pixels }) => pixels[0]),
      [...Array(20).keys()],
    );
    await stream.close();
    assert.ok(threads.every(({ told }) => told.includes('open') && told.includes('close')));
    await all.close();
    assert.ok(threads.every(({ closed }) => closed));
  });

  test('memory of a frame goes round: as many buffers as frames in the threads', async () => {
    const { all, threads } = stepped(1);
    const stream = all.stream(0);
    const slots = new Set<SharedArrayBuffer>();
    const relays = new Set<SharedArrayBuffer>();
    for (let sequence = 0; sequence < 30; sequence += 1) {
      const result = stream.colorize(greyFrame(sequence));
      const { job, end } = threads[0]?.waiting.shift() ?? assert.fail();
      slots.add(job.rgb.buffer);
      relays.add(job.leg.memory);
      end();
      (await result).release();
    }
    assert.deepEqual([slots.size, relays.size], [1, 1]);
    const other = stream.colorize(greyFrame(30, { width: 8, height: 8 }));
    const { job, end } = threads[0]?.waiting.shift() ?? assert.fail();
    assert.ok(!relays.has(job.leg.memory), 'a state of another size has memory of its own');
    assert.equal(job.leg.reset, true);
    end();
    await other;
    await all.close();
  });

  test('a frame that fails fails alone, and its memory goes back', async () => {
    const { all, threads } = stepped(1);
    const stream = all.stream(0);
    const bad = greyFrame(1);
    const results = [stream.colorize(bad), stream.colorize(greyFrame(2))];
    threads[0]?.waiting.shift()?.end(new Error('out of luck'));
    threads[0]?.waiting.shift()?.end();
    const [failed, shown] = await Promise.allSettled(results);
    assert.equal(failed?.status, 'rejected');
    assert.equal(shown?.status, 'fulfilled');
    assert.equal(bad.released(), 1);
    await assert.rejects(stream.colorize({ ...greyFrame(3), format: 'gray16le' }), { code: 'INPUT_UNSUPPORTED' });
    await stream.close();
    await all.close();
  });

  test('closing refuses what waits and lets out what is in a thread', async () => {
    const { all, threads } = stepped(1);
    const stream = all.stream(0);
    const frames = [0, 1, 2, 3].map((sequence) => greyFrame(sequence));
    const results = Promise.allSettled(frames.map((each) => stream.colorize(each)));
    const closed = all.close();
    for (const { end } of threads[0]?.waiting ?? []) end();
    await closed;
    assert.deepEqual(
      (await results).map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    assert.deepEqual(
      frames.map(({ released }) => released()),
      [0, 0, 1, 1],
    );
    await assert.rejects(stream.colorize(greyFrame(9)), { code: 'INTERRUPTED' });
  });

  test('a thread that cannot be begun is done without', async () => {
    let tries = 0;
    const { all, threads } = stepped(2, () => {
      tries += 1;
      return Promise.reject(new Error('no memory'));
    });
    const stream = all.stream(0);
    const results = Array.from({ length: 5 }, (_, sequence) => stream.colorize(greyFrame(sequence)));
    for (let steps = 0; steps < 10; steps += 1) {
      await turn();
      threads[0]?.waiting.shift()?.end();
    }
    await Promise.all(results);
    assert.equal(tries, 1);
    await all.close();
  });

  test('a thread that dies with frames in it holds up no other', async (t) => {
    const folder = await cutModel(t);
    const { manifest } = await readModel(folder);
    const entry = new URL('../fakes/mortal-worker.js', import.meta.url);
    const birth = async (): Promise<WorkerClient> => {
      const client = new WorkerClient(await readModel(folder), { device: 'cpu', threads: 1, split: true, entry });
      t.after(() => client.close());
      await client.call('start', null);
      return client;
    };
    const all = new RunAhead(await birth(), {
      ...{ most: 2, begin: birth, pool: new BufferPool(), onRun: () => undefined },
      stateLength: (size) => stateLength(manifest, paddedSize(size, manifest.frameMultiple)),
    });
    await all.complete;
    const stream = all.stream(0.5);
    const fatal = { ...frame(9, 4), pts: 666, timeBase: { numerator: 1, denominator: 1 } };
    const later = [5, 6, 7, 8, 9, 10].map((sequence) => ({ ...fatal, sequence, pts: 666 + sequence }));
    const ends = await Promise.allSettled([fatal, ...later].map((each) => stream.colorize(each)));
    assert.equal(ends[0]?.status, 'rejected');
    const fulfilled = ends.filter(({ status }) => status === 'fulfilled').length;
    assert.ok(fulfilled >= 2, `${fulfilled} of those in the other thread came out`);
    await stream.close();
  });
});
