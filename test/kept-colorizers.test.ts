import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { colorize } from '../src/create-daylit.js';
import { DaylitError, type ErrorCode } from '../src/core/errors.js';
import { KeptColorizers } from '../src/kept-colorizers.js';
import { createColorizer } from '../src/model/colorizer.js';
import { decodedPictures } from './fakes/inspect-video.js';
import { tinyModel } from './fakes/models.js';
import { temporaryFolder } from './fakes/temporary-folder.js';

const TINY = { modelFolder: tinyModel(), device: 'cpu', threads: 1, precision: 'fp32' } as const;
const SIZE = { width: 80, height: 64 };

/** A shelf that says what was opened and closed. */
function told(): { readonly shelf: KeptColorizers; readonly log: string[] } {
  const log: string[] = [];
  const shelf = new KeptColorizers(async (options) => {
    const name = `${log.filter((line) => line.startsWith('open')).length}`;
    log.push(`open ${name}`);
    const colorizer = await createColorizer({ ...options, cacheFolder: false });
    const close = colorizer.close.bind(colorizer);
    return Object.assign(colorizer, {
      close: () => {
        log.push(`close ${name}`);
        return close();
      },
    });
  });
  return { shelf, log };
}

const nothing = (): Promise<void> => Promise.resolve();

suite('colorizers that are kept between jobs', () => {
  test('one for all jobs of a choice, also at once; of others the two used last', async () => {
    const { shelf, log } = told();
    await Promise.all([shelf.use('a', TINY, [], nothing), shelf.use('a', TINY, [], nothing)]);
    await shelf.use('b', TINY, [], nothing);
    await shelf.use('a', TINY, [], nothing);
    assert.deepEqual(log, ['open 0', 'open 1']);
    await shelf.use('c', TINY, [], nothing);
    assert.deepEqual(log.slice(2), ['open 2', 'close 1'], 'b was used longest ago');
    await shelf.close();
    assert.deepEqual(log.slice(4).sort(), ['close 0', 'close 2']);
  });

  test('one whose model failed is not kept; one whose disk was full is', async () => {
    const { shelf, log } = told();
    const fails = (code: ErrorCode) => () => Promise.reject(new DaylitError(code, ''));
    await assert.rejects(shelf.use('a', TINY, [], fails('OUTPUT_FULL')), { code: 'OUTPUT_FULL' });
    await assert.rejects(shelf.use('a', TINY, [], fails('MODEL_FAILED')), { code: 'MODEL_FAILED' });
    assert.deepEqual(log, ['open 0', 'close 0']);
    await assert.rejects(shelf.use('a', { ...TINY, modelFolder: '/nowhere' }, [], nothing), {
      code: 'MODEL_NOT_FOUND',
    });
    await shelf.use('a', TINY, [], nothing);
    await shelf.close();
    assert.deepEqual(log, ['open 0', 'close 0', 'open 1', 'open 2', 'close 2']);
  });

  test('closed while a job uses it, it ends with that job', async () => {
    const { shelf, log } = told();
    await shelf.use('a', TINY, [], async () => {
      await shelf.close();
      assert.deepEqual(log, ['open 0']);
    });
    assert.deepEqual(log, ['open 0', 'close 0']);
  });

  test('jobs are coloured by their own photos, to the byte as by a colorizer of their own', async (t) => {
    const folder = await temporaryFolder(t);
    const { shelf } = told();
    t.after(() => shelf.close());
    const scene = { input: ['synthetic:street?size=80x64&frames=6'], overwrite: true };
    const photos = ['synthetic:street?size=80x64', 'synthetic:drone?size=80x64', 'synthetic:street?size=80x64'];
    const all: unknown[] = [];
    for (const photo of photos) {
      const [own, kept] = [join(folder, 'own.mkv'), join(folder, 'kept.mkv')];
      const { modelFolder: model, ...machine } = TINY;
      await colorize({ ...scene, ...machine, model, outputs: [own], codec: 'ffv1', references: [photo] });
      await shelf.use('a', TINY, [photo], (colorizer) =>
        colorize({ ...scene, outputs: [kept], codec: 'ffv1' }, {}, { colorizer }),
      );
      const pictures = await decodedPictures(kept, SIZE);
      assert.equal(pictures.length, 6);
      assert.deepEqual(pictures, await decodedPictures(own, SIZE), photo);
      all.push(pictures);
    }
    assert.deepEqual(all[0], all[2]);
    assert.notDeepEqual(all[0], all[1], 'another photo, other colours');
  });
});
