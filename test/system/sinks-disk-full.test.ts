import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, readdir, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { openSink, type SinkOptions } from '../../src/sinks/open.js';
import { colourFrame, sourceInfo } from '../fakes/colour-frames.js';
import { BUNDLED_FFMPEG } from '../fakes/inspect-video.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const PAGE = 4096;
const SIZE = { width: 160, height: 128 };
/** Noise, which no codec makes small. */
const NOISE = Array.from({ length: 12 }, () => randomFillSync(new Uint8Array(SIZE.width * SIZE.height * 3)));

/** A disk of its own with room for so many bytes, gone after the test. */
async function smallDisk(context: TestContext, bytes: number): Promise<string> {
  assert.equal(process.geteuid?.(), 0, 'this test mounts a small disk and must be run as root on Linux');
  const folder = await mkdtemp(join(tmpdir(), 'daylit-disk-'));
  const size = Math.max(1, Math.floor(bytes / PAGE)) * PAGE;
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},nr_inodes=100`, 'tmpfs', folder]);
  context.after(async () => {
    execFileSync('umount', [folder]);
    await rmdir(folder);
  });
  return folder;
}

async function writeNoise(target: string, options: SinkOptions): Promise<void> {
  const sink = await openSink(target, options);
  try {
    for (const [sequence, pixels] of NOISE.entries()) await sink.write(colourFrame({ sequence, size: SIZE, pixels }));
    await sink.finish();
  } catch (thrown) {
    await sink.discard();
    throw thrown;
  }
}

function optionsWith(binary: () => Promise<FfmpegBinary>, more: Partial<SinkOptions> = {}): SinkOptions {
  return { binary, source: sourceInfo(), notify: () => undefined, ...more };
}

const BUILDS = {
  bundled: () => findFfmpeg({ path: BUNDLED_FFMPEG }),
  'first on PATH': () => findFfmpeg(),
};

suite('a full disk', () => {
  for (const [build, binary] of Object.entries(BUILDS)) {
    for (const extension of ['mp4', 'mkv', 'mov', 'ts']) {
      test(`ends a ${extension} of the ${build} ffmpeg by its code and leaves nothing, wherever it runs full`, async (context) => {
        const whole = join(await temporaryFolder(context), `a.${extension}`);
        await writeNoise(whole, optionsWith(binary));
        const { size } = await stat(whole);
        // Nothing fits; full in the middle; full in the last page.
        for (const room of [1, size / 2, size - 1 - PAGE]) {
          const folder = await smallDisk(context, room);
          await assert.rejects(writeNoise(join(folder, `a.${extension}`), optionsWith(binary)), {
            code: 'OUTPUT_FULL',
          });
          assert.deepEqual(await readdir(folder), [], `room for ${room} of ${size} bytes`);
        }
      });
    }
  }

  test('ends a single picture by its code and leaves nothing', async (context) => {
    const folder = await smallDisk(context, 2 * PAGE);
    const sink = await openSink(join(folder, 'a.png'), optionsWith(BUILDS.bundled));
    const [pixels] = NOISE;
    assert.ok(pixels);
    await assert.rejects(sink.write(colourFrame({ size: SIZE, pixels })), { code: 'OUTPUT_FULL' });
    await sink.discard();
    assert.deepEqual(await readdir(folder), []);
  });

  test('ends a picture folder by its code and leaves whole pictures only', async (context) => {
    const picture = SIZE.width * SIZE.height * 3;
    const folder = await smallDisk(context, 2.5 * picture);
    await assert.rejects(writeNoise(`${folder}/`, optionsWith(BUILDS.bundled)), { code: 'OUTPUT_FULL' });
    const names = (await readdir(folder)).sort();
    assert.deepEqual(names, ['000001.png', '000002.png']);
    for (const name of names) assert.ok((await stat(join(folder, name))).size > picture);
  });
});
