import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Camera } from '../../src/camera.js';
import { CameraSet, type SetChange } from '../../src/cameras/camera-set.js';
import type { CameraSettings } from '../../src/cameras/schema.js';
import { MemoryStore, type Edit, type Store } from '../../src/cameras/store.js';
import { DaylitError } from '../../src/core/errors.js';
import { ServedCamera } from '../fakes/served-camera.js';

const settings = (id: string, more: Partial<CameraSettings> = {}): CameraSettings => ({
  ...{ id, input: `rtsp://host/${id}` },
  ...more,
});

/** A set whose cameras are made by hand; `broken` inputs cannot begin. */
class Bench {
  readonly log: string[] = [];
  readonly told: SetChange[] = [];
  readonly set: CameraSet;

  constructor(store: Store = new MemoryStore()) {
    this.set = new CameraSet((wanted) => this.open(wanted), store);
    this.set.onChange((change) => this.told.push(change));
  }

  private open({ id, input }: CameraSettings): Promise<Camera> {
    this.log.push(`open ${id}`);
    if (input === 'broken') return Promise.reject(new DaylitError('MODEL_FAILED', id));
    const camera = new ServedCamera(id);
    return Promise.resolve(
      Object.assign(camera, {
        close: () => {
          this.log.push(`close ${id}`);
          return Promise.resolve();
        },
      }),
    );
  }

  apply(...wanted: readonly CameraSettings[]): ReturnType<CameraSet['apply']> {
    this.log.length = 0;
    return this.set.apply(() => Promise.resolve(wanted));
  }

  ids(): readonly string[] {
    return this.set.list().map(({ id }) => id);
  }
}

suite('camera set', () => {
  test('a reload touches only what is another', async () => {
    const bench = new Bench();
    await bench.apply(settings('a'), settings('b'), settings('c'));
    const [a] = bench.set.list();
    const applied = await bench.apply(settings('d'), settings('b', { smoothing: 0.2 }), settings('a'));
    assert.deepEqual(bench.log, ['close b', 'close c', 'open d', 'open b']);
    assert.deepEqual(applied, { started: ['d', 'b'], ended: ['b', 'c'], untouched: ['a'], failed: [] });
    assert.deepEqual(bench.ids(), ['d', 'b', 'a']);
    assert.equal(bench.set.find('a'), a);
  });

  test('the list is one array, which follows', async () => {
    const bench = new Bench(new MemoryStore([settings('a'), settings('b')]));
    const list = bench.set.list();
    await bench.apply(settings('a'), settings('b'));
    await bench.set.remove('a');
    assert.deepEqual(
      list.map(({ id }) => id),
      ['b'],
    );
  });

  test('one that cannot begin harms no other, and is tried again with the next reload', async () => {
    const bench = new Bench();
    const { failed } = await bench.apply(settings('a', { input: 'broken' }), settings('b'));
    assert.deepEqual(
      failed.map(({ id, error }) => [id, error.code]),
      [['a', 'MODEL_FAILED']],
    );
    assert.deepEqual(bench.ids(), ['b']);
    await bench.apply(settings('a', { input: 'broken' }), settings('b'));
    assert.deepEqual(bench.log, ['open a']);
    assert.equal(bench.set.failures().length, 1);
    assert.deepEqual(bench.told, [
      { kind: 'added', id: 'b' },
      { kind: 'failed', id: 'a' },
      { kind: 'failed', id: 'a' },
    ]);
  });

  test('a file that cannot be read changes nothing', async () => {
    const bench = new Bench();
    await bench.apply(settings('a'));
    const broken = new DaylitError('CONFIG_INVALID', 'line 3');
    await assert.rejects(
      bench.set.apply(() => Promise.reject(broken)),
      broken,
    );
    assert.deepEqual(bench.ids(), ['a']);
    assert.equal((await bench.apply(settings('a'))).untouched.length, 1);
  });

  test('cameras are added, changed and removed one by one', async () => {
    const bench = new Bench();
    await bench.set.add(settings('a'));
    await bench.set.add(settings('b', { smoothing: 0.1 }));
    await assert.rejects(bench.set.add(settings('a')), { code: 'REQUEST_INVALID' });
    await bench.set.change('a', { palette: 'lava', smoothing: 0.3 });
    assert.deepEqual(bench.set.settings('a'), settings('a', { palette: 'lava', smoothing: 0.3 }));
    assert.deepEqual(bench.ids(), ['a', 'b']);
    bench.log.length = 0;
    await bench.set.keep('b', { smoothing: undefined });
    assert.deepEqual(bench.log, []);
    assert.deepEqual(bench.set.settings('b'), settings('b'));
    await bench.set.remove('b');
    assert.deepEqual(bench.log, ['close b']);
    for (const late of [bench.set.change('b', {}), bench.set.keep('b', {}), bench.set.remove('b')]) {
      await assert.rejects(late, { code: 'NOT_SERVED' });
    }
  });

  test('a change that cannot begin leaves the camera as it was', async () => {
    const bench = new Bench();
    await bench.set.add(settings('a'));
    await assert.rejects(bench.set.change('a', { input: 'broken' }), { code: 'MODEL_FAILED' });
    assert.deepEqual(bench.ids(), ['a']);
    assert.deepEqual(bench.set.settings('a'), settings('a'));
  });

  test('what cannot be kept is not done', async () => {
    const full = new DaylitError('CONFIG_UNREADABLE', 'disk full');
    const memory = new MemoryStore();
    let writes = true;
    const bench = new Bench({
      edit: async (edit: Edit) => {
        const edited = await memory.edit(edit);
        return { ...edited, write: () => (writes ? edited.write() : Promise.reject(full)) };
      },
    });
    await bench.set.add(settings('a'));
    writes = false;
    await assert.rejects(bench.set.add(settings('b')), full);
    await assert.rejects(bench.set.change('a', { smoothing: 1 }), full);
    await assert.rejects(bench.set.keep('a', { smoothing: 1 }), full);
    await assert.rejects(bench.set.remove('a'), full);
    assert.deepEqual(bench.ids(), ['a']);
    assert.deepEqual(bench.set.settings('a'), settings('a'));
  });

  test('changes that are asked for at once happen one after another', async () => {
    const bench = new Bench(new MemoryStore([settings('a')]));
    await bench.apply(settings('a'));
    bench.log.length = 0;
    await Promise.all([bench.set.change('a', { crf: 3 }), bench.set.change('a', { crf: 4 }), bench.set.close()]);
    assert.deepEqual(bench.log, ['close a', 'open a', 'close a', 'open a', 'close a']);
    assert.deepEqual(bench.ids(), []);
  });
});
