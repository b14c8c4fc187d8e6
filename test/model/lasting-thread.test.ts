import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { DaylitError } from '../../src/core/errors.js';
import type { Notice } from '../../src/core/notices.js';
import { LastingThread, type Life } from '../../src/model/lasting-thread.js';
import { readModel } from '../../src/model/model-folder.js';
import { StreamDispatcher } from '../../src/model/stream-dispatcher.js';
import { WorkerClient } from '../../src/model/worker-client.js';
import type { CallName, Calls } from '../../src/model/worker-messages.js';
import { greyFrame, type TestFrame } from '../fakes/frames.js';
import { tinyModel } from '../fakes/models.js';

/** A thread whose calls are noted and answered, frames as told. */
class NotedLife implements Life {
  readonly calls: string[] = [];
  closed = 0;

  constructor(readonly fails: (call: CallName) => DaylitError | undefined = () => undefined) {}

  call<K extends CallName>(call: K, takes: Calls[K]['takes']): Promise<Calls[K]['gives']> {
    const stream = takes !== null && 'stream' in takes ? ` ${takes.stream}` : '';
    const photos = takes !== null && 'photos' in takes ? ` [${takes.photos.map(({ key }) => key).join()}]` : '';
    this.calls.push(call + stream + photos);
    const error = this.fails(call);
    if (error !== undefined) return Promise.reject(error);
    const started = { provider: 'cpu', precision: 'fp32', refusals: [] };
    return Promise.resolve((call === 'start' ? started : null) as Calls[K]['gives']);
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

const died = new DaylitError('WORKER_DIED', 'it ended');
const failed = new DaylitError('MODEL_FAILED', 'the device is gone');
const photo = (key: string): { key: string; tokens: Record<string, never> } => ({ key, tokens: {} });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const job = {
  stream: 1,
  moment: { size: { width: 1, height: 1 }, epoch: 0, seconds: 0, cut: false, frozen: false },
  thermal: new Uint8Array(1),
  rgb: new Uint8Array(3),
};

/** A thread with lives one after another, and waits that end when told. */
function lasting(lives: readonly (NotedLife | DaylitError)[]): {
  thread: LastingThread;
  waits: number[];
  notices: Notice[];
  pass: () => Promise<void>;
} {
  const waits: number[] = [];
  const notices: Notice[] = [];
  let end = (): void => undefined;
  let next = 1;
  const [first] = lives;
  assert.ok(first instanceof NotedLife);
  const thread = new LastingThread(first, {
    birth: () => {
      const life = lives[next++];
      if (life === undefined) return Promise.reject(new Error('no life left'));
      return life instanceof NotedLife ? Promise.resolve(life) : Promise.reject(life);
    },
    notify: (notice) => notices.push(notice),
    wait: (milliseconds, signal) => {
      waits.push(milliseconds);
      return new Promise((resolve) => {
        end = resolve;
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    },
  });
  const pass = async (): Promise<void> => {
    await turn();
    end();
    await turn();
  };
  return { thread, waits, notices, pass };
}

suite('lasting thread', () => {
  test('a new life knows the streams and photos of the one before, and what was said in between', async () => {
    const [first, second] = [new NotedLife((call) => (call === 'frame' ? died : undefined)), new NotedLife()];
    const { thread, notices, pass } = lasting([first, second]);
    await thread.call('start', null);
    await thread.call('references', { photos: [photo('noon')] });
    for (const stream of [1, 2, 3]) await thread.call('open', { stream, smoothing: 0.5 });
    await thread.call('references', { stream: 1, photos: [photo('dusk')] });
    await thread.call('close', { stream: 2 });
    await assert.rejects(thread.call('frame', job), { code: 'WORKER_DIED' });
    await assert.rejects(thread.call('frame', job), { code: 'WORKER_DIED' });
    assert.equal(first.calls.filter((call) => call.startsWith('frame')).length, 1, 'the dead are not asked again');
    await thread.call('references', { stream: 3, photos: [photo('dawn')] });
    await thread.call('open', { stream: 4, smoothing: 0 });
    await thread.call('close', { stream: 3 });
    await pass();
    await thread.call('frame', job);
    assert.deepEqual(second.calls, [
      'start',
      'references [noon]',
      'open 1',
      'references 1 [dusk]',
      'open 4',
      'frame 1',
    ]);
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['model-lost', 'model-back'],
    );
    await thread.close();
    assert.deepEqual([first.closed, second.closed], [1, 1]);
  });

  test('tries again and again, with pauses that grow up to a minute', async () => {
    const first = new NotedLife((call) => (call === 'frame' ? died : undefined));
    const unable = new NotedLife((call) => (call === 'start' ? failed : undefined));
    const noFile = new DaylitError('MODEL_NOT_FOUND', 'gone');
    const { thread, waits, pass } = lasting([first, unable, ...Array<DaylitError>(7).fill(noFile), new NotedLife()]);
    await thread.call('start', null);
    await assert.rejects(thread.call('frame', job));
    for (let tries = 0; tries < 9; tries += 1) {
      await assert.rejects(thread.call('frame', job), { code: 'WORKER_DIED' });
      await pass();
    }
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    assert.equal(unable.closed, 1);
    await thread.call('frame', job);
  });

  test('one bad frame is no lost device; three in a row are', async () => {
    let bad = true;
    const first = new NotedLife((call) => (call === 'frame' && bad ? failed : undefined));
    const { thread, waits, pass } = lasting([first, new NotedLife()]);
    await thread.call('start', null);
    for (const outcome of ['bad', 'bad', 'good', 'bad', 'bad', 'bad']) {
      bad = outcome === 'bad';
      assert.equal(first.closed, 0);
      await thread.call('frame', job).catch(() => undefined);
    }
    await pass();
    assert.deepEqual([first.closed, waits], [1, [1000]]);
    await thread.call('frame', job);
  });

  test('a thread that cannot start is not tried again; closing ends the waiting', async () => {
    const unable = lasting([new NotedLife(() => died)]);
    await assert.rejects(unable.thread.call('start', null), { code: 'WORKER_DIED' });
    await unable.thread.close();
    assert.deepEqual(unable.waits, []);

    const lost = lasting([new NotedLife((call) => (call === 'frame' ? died : undefined))]);
    await lost.thread.call('start', null);
    await assert.rejects(lost.thread.call('frame', job));
    await lost.thread.close();
    assert.deepEqual(lost.waits, [1000]);
  });

  test('the real thread: dies in mid-stream, and colours again after the same photo', async (t) => {
    const { stream, close, pass } = await mortal(t);
    const at = (seconds: number): TestFrame => {
      const frame = greyFrame(100, { width: 64, height: 32 });
      return { ...frame, pts: seconds * 25 };
    };
    const before = await stream.colorize(at(1));
    const [fatal, behind] = [at(666), at(667)];
    const lost = await Promise.allSettled([stream.colorize(fatal), stream.colorize(behind), stream.colorize(at(668))]);
    for (const one of lost) assert.ok(one.status === 'rejected' && (one.reason as DaylitError).code === 'WORKER_DIED');
    assert.deepEqual([fatal.released(), behind.released()], [1, 1]);
    await pass();
    assert.deepEqual((await stream.colorize(at(669))).pixels, before.pixels);
    await close();
  });
});

/** A stream of the tiny model with a photo, in a thread that may die; `pass` ends the waiting and awaits its return. */
async function mortal(t: TestContext): Promise<{
  stream: ReturnType<StreamDispatcher['stream']>;
  close: () => Promise<void>;
  pass: () => Promise<void>;
}> {
  const entry = new URL('../fakes/mortal-worker.js', import.meta.url);
  const birth = async (): Promise<WorkerClient> =>
    new WorkerClient(await readModel(tinyModel()), { device: 'cpu', threads: 1, entry });
  let back = (): void => undefined;
  let end = (): void => undefined;
  const returned = new Promise<void>((resolve) => (back = resolve));
  const client = new LastingThread(await birth(), {
    birth,
    notify: ({ kind }) => {
      if (kind === 'model-back') back();
    },
    wait: () => new Promise((resolve) => (end = resolve)),
  });
  t.after(() => client.close());
  await client.call('start', null);
  const dispatcher = new StreamDispatcher(client, new BufferPool(), () => undefined);
  const photo = new Uint8Array(await photoBytes()).fill(90);
  const tokens = await client.call('encode', { photo });
  const stream = dispatcher.stream(0);
  await stream.usePhotos([{ key: 'photo', tokens }]);
  return {
    stream,
    close: () => client.close(),
    pass: async () => {
      await turn();
      end();
      await returned;
    },
  };
}

async function photoBytes(): Promise<number> {
  const { manifest } = await readModel(tinyModel());
  return manifest.reference.width * manifest.reference.height * 3;
}
