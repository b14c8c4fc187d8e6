import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import sharp from 'sharp';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { secondsOf } from '../../src/core/frame.js';
import { colorize, Colorizer } from '../../src/index.js';
import { evaluate, markdownOf, type Report } from '../../src/evaluate.js';
import { psnr } from '../../src/evaluation/psnr.js';
import { readPhoto } from '../../src/evaluation/read-photo.js';
import { openSynthetic, renderDaylight } from '../../src/sources/synthetic/source.js';
import { TestClock } from '../fakes/clock.js';
import { daylit } from '../fakes/command-line.js';
import { tinyModel } from '../fakes/models.js';

/** Not a multiple of what the graph takes, so that padding is at work. */
const SIZE = { width: 92, height: 68 };
let root = '';
let folder = '';

/** Three street pairs and two drone pairs: 16-bit thermal PNGs and the daylight view of the same instants. */
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'daylit-evaluate-'));
  folder = join(root, 'pairs');
  for (const part of ['thermal', 'visible']) await mkdir(join(folder, part), { recursive: true });
  for (const [scene, frames] of [
    ['street', 3],
    ['drone', 2],
  ] as const) {
    const address = `synthetic:${scene}?size=${SIZE.width}x${SIZE.height}&fps=1&frames=${frames}`;
    const pool = new BufferPool();
    for await (const frame of openSynthetic(address, { pool, clock: new TestClock() }).frames()) {
      const name = `${scene}-${frame.sequence}.png`;
      await sharp(new Uint16Array(frame.pixels.buffer), { raw: { ...SIZE, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toFile(join(folder, 'thermal', name));
      const { pixels } = renderDaylight(address, secondsOf(frame));
      await sharp(pixels, { raw: { ...SIZE, channels: 3 } })
        .png()
        .toFile(join(folder, 'visible', name));
    }
  }
  const rows = [
    'street-0,street,east',
    'street-1,street,east',
    'street-2,street,west',
    'drone-0,drone,d',
    'drone-1,drone,d',
  ];
  await writeFile(join(root, 'index.csv'), ['name,site,scene_block', ...rows].join('\n'));
});
after(() => rm(root, { recursive: true, force: true }));

suite('daylit evaluate', () => {
  test('measures what the command line makes of the same pictures, and writes it down', async () => {
    const out = join(root, 'whole');
    const seen: number[] = [];
    const report = await evaluate(folder, { model: tinyModel(), out }, { onProgress: ({ pairs }) => seen.push(pairs) });
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
    assert.deepEqual(Object.keys(report.sites), ['drone', 'street']);
    const { street } = report.sites;
    assert.ok(street);
    assert.deepEqual(street.per_picture.names, ['street-0', 'street-1', 'street-2']);
    assert.equal(street.per_picture.scene?.[2], null, 'alone in its block');
    assert.equal(street.protocols.scene?.['tiny']?.pictures, 2);

    const picture = join(root, 'street-1.png');
    const visible = join(folder, 'visible', 'street-1.png');
    const colorizer = await Colorizer.create({ modelFolder: tinyModel(), cacheFolder: false, references: [visible] });
    await colorize({ input: [join(folder, 'thermal', 'street-1.png')], outputs: [picture] }, {}, { colorizer });
    await colorizer.close();
    const shipped = psnr((await readPhoto(picture)).pixels, (await readPhoto(visible)).pixels);
    assert.ok(Math.abs((street.per_picture.self?.[1] ?? NaN) - shipped) < 1e-9);

    const files = await readdir(out);
    assert.deepEqual(files.sort(), ['report.json', 'report.md', 'sheet-drone-1.jpg', 'sheet-street-1.jpg']);
    assert.deepEqual(JSON.parse(await readFile(join(out, 'report.json'), 'utf8')), report);
    assert.equal(await readFile(join(out, 'report.md'), 'utf8'), markdownOf(report));
    const sheet = await sharp(join(out, 'sheet-street-1.jpg')).metadata();
    assert.deepEqual([sheet.width, sheet.height], [8 * 190, 3 * 142]);
  });

  test('gives every method its row, and figures that are known beforehand', async () => {
    const report = await evaluate(folder, { model: tinyModel() });
    const { self, cross, none } = report.sites['street']?.protocols ?? {};
    const methods = ['tiny', 'raw thermal', 'ironbow', 'Reinhard', 'histogram match'];
    assert.deepEqual(
      [self, cross].map((of) => Object.keys(of ?? {})),
      [methods, methods],
    );
    assert.deepEqual(Object.keys(none ?? {}), methods.slice(0, 3), 'without a reference there is nothing to transfer');
    const raw = self?.['raw thermal'];
    assert.ok(raw);
    assert.ok(Math.abs((raw.structure ?? NaN) - 1) < 1e-6 && raw.apce === 1 && (raw.chroma_ratio ?? NaN) < 1e-3);
    assert.equal(raw.hue_obedience, undefined);
    // The tiny model adds 100/255 of the photo's mean colour to a grey picture.
    for (const [name, value] of Object.entries({ hue: self['tiny']?.hue_obedience, swap: cross?.['tiny']?.swap })) {
      assert.ok(value !== undefined && value > 0.15 && value < 0.7, `${name}: ${value}`);
    }
    assert.equal(none?.['tiny']?.hue_obedience, undefined);
    assert.match(markdownOf(report), /^\| tiny, self \| \d/m);
  });

  test('keeps to the protocols and the number of pairs asked for', async () => {
    const report = await evaluate(folder, { model: tinyModel(), protocols: ['none'], limit: 1 });
    assert.deepEqual(Object.keys(report.sites['street']?.protocols ?? {}), ['none']);
    assert.deepEqual(report.sites['street']?.per_picture, {
      names: ['street-0'],
      none: report.sites['street']?.per_picture.none,
    });
  });

  test('stops between two pairs when asked to, and writes nothing', async () => {
    const out = join(root, 'stopped');
    const stop = new AbortController();
    const stopped = evaluate(
      folder,
      { model: tinyModel(), out, protocols: ['none'] },
      {
        until: stop.signal,
        onProgress: () => {
          stop.abort();
        },
      },
    );
    await assert.rejects(stopped, { code: 'INTERRUPTED', detail: 'after 1 of 5 pairs' });
    await assert.rejects(readdir(out));
  });

  test('refuses pairs of different sizes and reports that exist', async () => {
    const crooked = join(root, 'crooked');
    for (const [part, width] of [
      ['thermal', 40],
      ['visible', 48],
    ] as const) {
      await mkdir(join(crooked, part), { recursive: true });
      await sharp({ create: { width, height: 40, channels: 3, background: '#404040' } })
        .png()
        .toFile(join(crooked, part, 'a-1.png'));
    }
    const unmade = join(root, 'unmade', 'deep');
    await assert.rejects(evaluate(crooked, { model: tinyModel(), out: unmade }), { code: 'INPUT_UNSUPPORTED' });
    await assert.rejects(readdir(join(root, 'unmade')));
    const blocked = { model: tinyModel(), out: join(root, 'index.csv') };
    await assert.rejects(evaluate(folder, blocked), { code: 'OUTPUT_UNWRITABLE' });
    await assert.rejects(evaluate(crooked, { model: join(root, 'missing') }), { code: 'MODEL_NOT_FOUND' });
    await writeFile(join(crooked, 'report.md'), 'mine');
    await assert.rejects(evaluate(crooked, { model: tinyModel(), out: crooked }), { code: 'OUTPUT_EXISTS' });
    assert.equal(await readFile(join(crooked, 'report.md'), 'utf8'), 'mine');
  });
});

suite('daylit evaluate on the command line', { concurrency: 2 }, () => {
  test('prints the report as JSON', async () => {
    const args = ['evaluate', folder, '--model', tinyModel(), '--protocol', 'none', '--limit', '1', '--json'];
    const { status, stdout, stderr } = await daylit(args, { cwd: root });
    assert.equal(status, 0, stderr);
    const report = JSON.parse(stdout.toString()) as Report;
    assert.deepEqual(Object.keys(report.sites), ['drone', 'street']);
    assert.deepEqual(JSON.parse(await readFile(join(root, 'report', 'report.json'), 'utf8')), report);
  });

  for (const [what, args, code, exit] of [
    ['a folder that is not there', ['missing'], 'INPUT_NOT_FOUND', 3],
    ['a protocol that there is not', ['pairs', '--protocol', 'self,moon'], 'OPTION_INVALID', 2],
    ['a limit that is no number', ['pairs', '--limit', 'few'], 'OPTION_INVALID', 2],
  ] as const) {
    test(`${what}: ${code}`, async () => {
      const { status, stdout, stderr } = await daylit(['evaluate', ...args], { cwd: root });
      assert.equal(status, exit);
      assert.match(stderr, new RegExp(`^error ${code}: .*\nhint: .*\n$`));
      assert.equal(stdout.length, 0);
    });
  }
});
