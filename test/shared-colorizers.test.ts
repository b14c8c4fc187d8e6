import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DaylitError } from '../src/core/errors.js';
import { openCamera } from '../src/camera.js';
import { createColorizer, type OnnxColorizer } from '../src/model/colorizer.js';
import { SharedColorizers } from '../src/shared-colorizers.js';
import { tinyModel } from './fakes/models.js';

/** A shelf whose colorizers are counted. */
function counted(create = createColorizer): { shelf: SharedColorizers; opened: OnnxColorizer[]; closed: () => number } {
  const opened: OnnxColorizer[] = [];
  let closed = 0;
  const shelf = new SharedColorizers(async (options) => {
    const colorizer = await create({ ...options, cacheFolder: false });
    opened.push(colorizer);
    const close = colorizer.close.bind(colorizer);
    return Object.assign(colorizer, {
      close: () => {
        closed += 1;
        return close();
      },
    });
  });
  return { shelf, opened, closed: () => closed };
}

const tiny = { modelFolder: tinyModel(), device: 'cpu' };

suite('shared colorizers', () => {
  test('one for all who choose alike, until the last has given it back', async () => {
    const { shelf, opened, closed } = counted();
    const [first, second] = await Promise.all([shelf.take(tiny), shelf.take({ ...tiny })]);
    const other = await shelf.take({ ...tiny, precision: 'fp32' });
    assert.equal(first.colorizer, second.colorizer);
    assert.notEqual(first.colorizer, other.colorizer);
    await first.giveBack();
    assert.equal(closed(), 0);
    assert.equal((await shelf.take(tiny)).colorizer, second.colorizer);
    await second.giveBack();
    await second.giveBack();
    const anew = await shelf.take(tiny);
    assert.notEqual(anew.colorizer, second.colorizer);
    await Promise.all([anew.giveBack(), other.giveBack()]);
    assert.deepEqual([opened.length, closed()], [3, 3]);
  });

  test('a failure is told to all who wait, and not remembered', async () => {
    let fails = true;
    const { shelf } = counted((options) =>
      fails ? Promise.reject(new DaylitError('MODEL_NOT_FOUND', 'gone')) : createColorizer(options),
    );
    const taken = await Promise.allSettled([shelf.take(tiny), shelf.take(tiny)]);
    for (const one of taken)
      assert.ok(one.status === 'rejected' && (one.reason as DaylitError).code === 'MODEL_NOT_FOUND');
    fails = false;
    await (await shelf.take(tiny)).giveBack();
  });

  test('cameras share one, each with its own photos', async (t) => {
    const { shelf, opened, closed } = counted();
    const input = {
      input: 'synthetic:street?size=64x32&fps=50&frames=endless',
      model: tinyModel(),
      device: 'cpu' as const,
    };
    const open = async (references: string[], taken: string[]): ReturnType<typeof openCamera> => {
      const camera = await openCamera({ ...input, references }, taken, { colorizers: shelf });
      t.after(() => camera.close());
      return camera;
    };
    const street = await open(['synthetic:street'], []);
    const plain = await open([], [street.id]);
    assert.equal(opened.length, 1);
    assert.deepEqual([street.references?.list().length, plain.references?.list().length], [1, 0]);
    await street.close();
    assert.equal(closed(), 0);
    await plain.close();
    assert.equal(closed(), 1);
  });
});
