import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readModel } from '../../src/model/model-folder.js';
import { RunGuard } from '../../src/model/run-guard.js';
import { WorkerClient } from '../../src/model/worker-client.js';
import { tinyModel } from '../fakes/models.js';

const entry = new URL('../fakes/bad-worker.js', import.meta.url);
const bad = async (device: string): Promise<WorkerClient> =>
  new WorkerClient(await readModel(tinyModel()), { device, threads: 1, entry });

suite('worker client', () => {
  for (const [device, detail] of [
    ['throws', /out of luck/],
    ['exits', /status 3/],
  ] as const) {
    test(`a thread that ${device} fails all calls, now and later`, async () => {
      const client = await bad(device);
      await client.call('start', null);
      const calls = await Promise.allSettled([client.call('selfTest', null), client.call('close', { stream: 1 })]);
      for (const call of calls) {
        assert.ok(call.status === 'rejected');
        assert.equal((call.reason as { code: string }).code, 'WORKER_DIED');
        assert.match((call.reason as Error).message, detail);
      }
      await assert.rejects(client.call('selfTest', null), { code: 'WORKER_DIED', retryable: true });
      await client.close();
    });
  }

  test('a thread that does not answer is given up at its deadline', async (t) => {
    const client = await bad('silent');
    await client.call('start', null);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const call = client.call('selfTest', null);
    t.mock.timers.tick(119_999);
    const state = await Promise.race([call, Promise.resolve('waiting')]);
    assert.equal(state, 'waiting');
    t.mock.timers.tick(1);
    await assert.rejects(call, { code: 'WORKER_DIED', detail: /within 120 s/ });
    await client.close();
  });

  test('answers to other calls come all the same when one fails', async () => {
    const client = new WorkerClient(await readModel(tinyModel()), { device: 'cpu', threads: 1 });
    await client.call('start', null);
    const thermal = new Uint8Array(64);
    const rgb = new Uint8Array(192);
    const moment = { size: { width: 8, height: 8 }, epoch: 0, seconds: 0, cut: false, frozen: false };
    const lost = assert.rejects(client.call('frame', { stream: 5, moment, thermal, rgb }), {
      code: 'INTERNAL',
      detail: /stream 5/,
    });
    await client.call('open', { stream: 6, smoothing: 0 });
    await lost;
    const done = await client.call('frame', { stream: 6, moment, thermal, rgb }, [thermal.buffer, rgb.buffer]);
    assert.equal(thermal.length, 0, 'memory goes over, it is not copied');
    assert.deepEqual([done.thermal.length, done.rgb.length], [64, 192]);
    await client.close();
  });
});

suite('run guard', () => {
  test('lets nothing begin once stopped', async () => {
    const guard = new RunGuard();
    assert.equal(await guard.during(() => Promise.resolve(5)), 5);
    guard.stop(1000);
    await assert.rejects(
      guard.during(() => Promise.resolve(5)),
      /stopped/,
    );
  });

  test('is free again after a failure', async () => {
    const guard = new RunGuard();
    await assert.rejects(
      guard.during(() => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await guard.during(() => Promise.resolve(1)), 1);
  });

  test('does not wait longer than it may, and nothing follows the call that it waited for', async () => {
    const guard = new RunGuard();
    let finish = (): void => undefined;
    const run = guard.during(() => new Promise<void>((resolve) => (finish = resolve)));
    guard.stop(1);
    await assert.rejects(
      guard.during(() => Promise.resolve()),
      /stopped/,
    );
    finish();
    await run;
    await assert.rejects(
      guard.during(() => Promise.resolve()),
      /stopped/,
    );
  });
});
