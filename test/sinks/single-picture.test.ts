import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { SinglePictureSink } from '../../src/sinks/single-picture.js';
import { colourFrame } from '../fakes/colour-frames.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

suite('one picture', () => {
  test('appears when it is finished', async (context) => {
    const folder = await temporaryFolder(context);
    const target = join(folder, 'a.jpg');
    const sink = await SinglePictureSink.open(target, { overwrite: false });
    await sink.write(colourFrame({ marks: { synthesised: 'palette' } }));
    assert.ok(!(await readdir(folder)).includes('a.jpg'));
    const report = await sink.finish();
    assert.deepEqual(report, { target, frames: 1, bytes: (await stat(target)).size });
    const { format, width, exif } = await sharp(target).metadata();
    assert.deepEqual({ format, width }, { format: 'jpeg', width: 64 });
    assert.ok(exif?.includes('False colours') === true);
  });

  test('holds one frame only', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await SinglePictureSink.open(join(folder, 'a.png'), { overwrite: false });
    await sink.write(colourFrame());
    await assert.rejects(sink.write(colourFrame({ sequence: 1 })), { code: 'OUTPUT_UNSUPPORTED' });
    await sink.discard();
    assert.deepEqual(await readdir(folder), []);
  });

  test('needs a frame', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await SinglePictureSink.open(join(folder, 'a.png'), { overwrite: false });
    await assert.rejects(sink.finish(), { code: 'INPUT_EMPTY' });
    assert.deepEqual(await readdir(folder), []);
  });
});
