import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { silent } from '../src/core/notices.js';
import { openModel } from '../src/model/open-model.js';
import { ReferenceCache } from '../src/model/reference-cache.js';
import { preparePhoto } from '../src/model/reference-photo.js';
import { interleaved, type Case } from './harness.js';

/** What a reference costs the first time, and every time after. */
export const reference: Case = {
  name: 'reference',
  title: 'A reference photo',
  method:
    'Milliseconds from a JPEG file of 640×512 to tokens: never seen before, kept on disk, kept in memory. The peer decodes and resizes the photo, which each of them does too.',
  run: async ({ quick, clips, model, scratch }) => {
    const photo = await clips.photo();
    const { encode, started, client, manifest } = await openModel({
      modelFolder: model,
      device: 'cpu',
      precision: 'fp32',
      cacheFolder: false,
    });
    await started;
    const folder = join(scratch, 'references');
    const cache = (): ReferenceCache =>
      new ReferenceCache({
        manifest,
        folder,
        encode: (pixels) => client.call('encode', { photo: pixels }, [pixels.buffer]),
        notify: silent,
      });
    const prepare = (): Promise<Uint8Array<ArrayBuffer>> => preparePhoto(photo, manifest.reference);
    await cache().get(await prepare());
    await encode(photo);
    let seen = 0;
    const timed = (step: () => Promise<unknown>) => async (): Promise<number> => {
      const start = performance.now();
      await step();
      return performance.now() - start;
    };
    const measured = await interleaved(
      {
        prepare: timed(prepare),
        fresh: timed(async () => {
          const pixels = await prepare();
          seen += 1;
          // Another pixel makes it another photo.
          pixels[0] = seen;
          pixels[1] = seen >> 8;
          await client.call('encode', { photo: pixels }, [pixels.buffer]);
        }),
        disk: timed(async () => cache().get(await prepare())),
        memory: timed(() => encode(photo)),
      },
      quick ? 2 : 25,
    );
    await client.close();
    const bytes = (await readFile(photo)).length;
    const common = { unit: 'ms', better: 'smaller', peer: 'decoding and resizing' } as const;
    return [
      {
        name: 'decoding and resizing',
        unit: 'ms',
        better: 'smaller',
        samples: measured.prepare,
        note: `${bytes} bytes`,
      },
      { name: 'new: encoded', ...common, samples: measured.fresh },
      { name: 'found on disk', ...common, samples: measured.disk },
      { name: 'found in memory', ...common, samples: measured.memory },
    ];
  },
};
