import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { Notice } from '../../src/core/notices.js';
import {
  calibrationKey,
  precisionSchema,
  readCalibration,
  writeCalibration,
} from '../../src/model/calibration-cache.js';
import { createColorizer, type ColorizerOptions, type OnnxColorizer } from '../../src/model/colorizer.js';
import { selfTest } from '../../src/model/examine-model.js';
import { defaultModelFolder, readModel } from '../../src/model/model-folder.js';
import { parseManifest } from '../../src/model/manifest.js';
import { choosePrecision } from '../../src/model/precision.js';
import { runtimeVersion } from '../../src/model/providers.js';
import { greyFrame } from '../fakes/frames.js';
import { copyOfTiny, replaceFile, scratchFolder, tinyModel } from '../fakes/models.js';

const THREADS = 1;
const faster = { fp32Milliseconds: 4, int8Milliseconds: 2, difference: 3 };
const slower = { fp32Milliseconds: 2, int8Milliseconds: 4, difference: 3 };

interface Opened {
  readonly colorizer: OnnxColorizer;
  readonly notices: readonly Notice[];
  /** 3 of the int8 graph of `two-graphs`, else 0. */
  readonly brighter: number;
}

async function open(t: TestContext, options: ColorizerOptions): Promise<Opened> {
  const notices: Notice[] = [];
  const colorizer = await createColorizer({
    ...{ device: 'cpu', threads: THREADS, modelFolder: tinyModel('two-graphs'), cacheFolder: false },
    notify: (notice) => notices.push(notice),
    ...options,
  });
  t.after(() => colorizer.close());
  const frame = greyFrame(0, { width: 64, height: 32 });
  frame.pixels.fill(0);
  const { pixels } = await colorizer.stream({ smoothing: 0 }).colorize(frame);
  return { colorizer, notices, brighter: (pixels[0] ?? 0) - 25 };
}

async function keyOf(model: Parameters<typeof tinyModel>[0] = 'two-graphs', threads = THREADS): Promise<string> {
  const { manifest } = await readModel(tinyModel(model));
  return calibrationKey(manifest, { version: runtimeVersion(), threads });
}

suite('precision', () => {
  test('int8 is chosen where it is worth it and agrees', () => {
    assert.equal(choosePrecision(faster, 3), 'int8');
    assert.equal(choosePrecision({ ...faster, int8Milliseconds: 3.2 }, 3), 'int8');
    assert.equal(choosePrecision({ ...faster, int8Milliseconds: 3.3 }, 3), 'fp32');
    assert.equal(choosePrecision(slower, 3), 'fp32');
    assert.equal(choosePrecision(faster, 2.9), 'fp32');
    assert.equal(choosePrecision({ ...faster, difference: NaN }, 3), 'fp32');
    assert.equal(choosePrecision({ ...faster, int8Milliseconds: 0 }, 3), 'fp32');
  });

  test('one that is asked for is the one that runs', async (t) => {
    for (const [precision, brighter] of [
      ['fp32', 0],
      ['int8', 3],
    ] as const) {
      const opened = await open(t, { precision });
      assert.equal(opened.brighter, brighter);
      assert.equal(opened.colorizer.info.precision, precision);
      assert.deepEqual(
        opened.notices.map(({ kind, data }) => [kind, data?.['precision']]),
        [['provider-chosen', precision]],
      );
    }
    assert.equal((await open(t, { precision: 'int8', device: 'auto' })).brighter, 3);
  });

  test('int8 that cannot be had is an error', async (t) => {
    await assert.rejects(open(t, { precision: 'int8', modelFolder: tinyModel() }), {
      code: 'MODEL_INVALID',
      detail: /no int8 graph/,
      hint: /quantize/,
    });
    await assert.rejects(open(t, { precision: 'int8', device: 'webgpu' }), { code: 'OPTION_INVALID' });
    await assert.rejects(open(t, { precision: 'int8', modelFolder: tinyModel('two-that-differ') }), {
      code: 'MODEL_FAILED',
      detail: /40\.0 grey levels/,
    });
  });

  test('what was measured is told, kept, and decides later starts', async (t) => {
    const cacheFolder = await scratchFolder(t);
    const { colorizer, notices, brighter } = await open(t, { cacheFolder });
    const kept = await readCalibration(cacheFolder, await keyOf(), precisionSchema);
    assert.ok(kept);
    assert.equal(kept.difference, 3);
    const chosen = choosePrecision(kept, 4);
    assert.equal(colorizer.info.precision, chosen);
    assert.equal(brighter, chosen === 'int8' ? 3 : 0);
    const { fp32Milliseconds, int8Milliseconds } = kept;
    assert.deepEqual(notices[0]?.data, {
      provider: 'cpu',
      precision: chosen,
      threads: THREADS,
      fp32Milliseconds,
      int8Milliseconds,
    });

    for (const [calibration, expected] of [
      [faster, 3],
      [slower, 0],
    ] as const) {
      await writeCalibration(cacheFolder, await keyOf(), calibration);
      const again = await open(t, { cacheFolder });
      assert.equal(again.brighter, expected);
      assert.equal(again.notices[0]?.data?.['int8Milliseconds'], calibration.int8Milliseconds);
    }
    assert.equal((await readdir(cacheFolder)).length, 1);
  });

  test('a damaged calibration is measured again, one that cannot be kept is no harm', async (t) => {
    const cacheFolder = await scratchFolder(t);
    const path = join(cacheFolder, `${await keyOf()}.json`);
    for (const text of ['', '{"fp32Milliseconds":4}', JSON.stringify({ ...faster, int8Milliseconds: -1 })]) {
      await writeFile(path, text);
      const { notices } = await open(t, { cacheFolder });
      const kept = JSON.parse(await readFile(path, 'utf8')) as { int8Milliseconds: number };
      assert.equal(notices[0]?.data?.['int8Milliseconds'], kept.int8Milliseconds);
    }
    await open(t, { cacheFolder: path });
  });

  test('a calibration is of one model, version and number of threads', async () => {
    const { manifest } = await readModel(tinyModel('two-graphs'));
    const keys = [
      await keyOf(),
      await keyOf('two-that-differ'),
      await keyOf('two-graphs', 2),
      calibrationKey(manifest, { version: '0.0.1', threads: THREADS }),
    ];
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(await keyOf(), keys[0]);
  });

  test('an int8 graph that is off or cannot be loaded is passed over, and the reason told', async (t) => {
    const broken = await copyOfTiny(t, 'two-graphs');
    await replaceFile(broken, 'frame-int8.onnx', Buffer.from('no graph at all'));
    for (const modelFolder of [tinyModel('two-that-differ'), broken]) {
      const { colorizer, notices, brighter } = await open(t, { modelFolder });
      assert.equal(brighter, 0);
      assert.deepEqual(
        colorizer.info.refusals.map(({ provider }) => provider),
        ['cpu (int8)'],
      );
      assert.deepEqual(
        notices.map(({ kind }) => kind),
        ['provider-refused', 'provider-chosen'],
      );
    }
  });

  test('an int8 graph that was changed is refused, whatever is asked for', async (t) => {
    const folder = await copyOfTiny(t, 'two-graphs');
    const path = join(folder, 'frame-int8.onnx');
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await assert.rejects(readModel(folder), { code: 'MODEL_TAMPERED', detail: /frame-int8/ });
    await assert.rejects(open(t, { modelFolder: folder, precision: 'fp32' }), { code: 'MODEL_TAMPERED' });
  });

  test('model.json must list the file of a variant', async () => {
    const text = await readFile(join(tinyModel('two-graphs'), 'model.json'), 'utf8');
    const manifest = JSON.parse(text) as { files: Record<string, unknown> };
    delete manifest.files['frame-int8.onnx'];
    assert.throws(() => parseManifest(JSON.stringify(manifest)), { code: 'MODEL_INVALID', detail: /variants/ });
  });

  test('the self-test is of the graph that runs, within its own tolerance', async () => {
    const modelFolder = tinyModel('two-graphs');
    const fp32 = await selfTest({ device: 'cpu', precision: 'fp32', modelFolder });
    const int8 = await selfTest({ device: 'cpu', precision: 'int8', modelFolder });
    assert.deepEqual([fp32.precision, fp32.passed, fp32.tolerance, fp32.hasInt8], ['fp32', true, 1, true]);
    assert.deepEqual([int8.precision, int8.passed, int8.tolerance], ['int8', true, 4]);
    assert.ok(Math.abs(int8.differences[0] - 3) < 0.1);
  });

  test('the model that ships passes its self-test in each precision that it has', async () => {
    const { manifest } = await readModel(defaultModelFolder());
    const precisions = manifest.graphs.frame.variants?.int8 === undefined ? ['fp32'] : ['fp32', 'int8'];
    for (const precision of precisions as ('fp32' | 'int8')[]) {
      const { passed, differences } = await selfTest({ device: 'cpu', precision });
      assert.equal(passed, true, `${precision}: off by ${differences.join(' and ')}`);
    }
  });
});
