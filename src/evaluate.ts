import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { BufferPool } from './core/buffer-pool.js';
import { systemClock } from './core/clock.js';
import { DaylitError } from './core/errors.js';
import { silent, type Notify } from './core/notices.js';
import { present } from './core/present.js';
import { contactSheet, sheetRow, SHEET_ROWS, type SheetRow } from './evaluation/contact-sheet.js';
import { findPairs } from './evaluation/pairs-folder.js';
import { chooseReferences, grouped, PROTOCOLS, thinned, type Protocol } from './evaluation/protocols.js';
import { readPhoto } from './evaluation/read-photo.js';
import { markdownOf, reportOf, type Report } from './evaluation/report.js';
import { scorePair, type Painter, type PairScore } from './evaluation/score-pair.js';
import { createColorizer, type OnnxColorizer } from './model/colorizer.js';
import { openOutputFolder } from './sinks/output-folder.js';
import { refuseExisting, writeInPlace } from './sinks/partial-file.js';
import { openImages } from './sources/images.js';
import { createNormalizer } from './thermal/normalizer.js';

export { markdownOf, type Report } from './evaluation/report.js';
export { PROTOCOLS, type Protocol } from './evaluation/protocols.js';

/** What to measure; all may be left out. */
export interface EvaluateOptions {
  /** Folder of the model; the one that ships with daylit if left out. */
  readonly model?: string;
  /** Left out: all four. */
  readonly protocols?: readonly Protocol[];
  /** At most so many pairs of each site, evenly chosen. */
  readonly limit?: number;
  /** Folder for `report.md`, `report.json` and the contact sheets; left out: nothing is written. */
  readonly out?: string;
  /** Replace a report that is there. */
  readonly overwrite?: boolean;
}

/** How a caller follows and stops an evaluation. */
export interface EvaluateHooks {
  readonly notify?: Notify;
  /** Told after each pair. */
  readonly onProgress?: (progress: { readonly pairs: number; readonly of: number; readonly elapsedMs: number }) => void;
  /** Aborted: stops after the pair under way with INTERRUPTED; nothing is written. */
  readonly until?: AbortSignal;
}

/** How references are chosen, for the report; see chooseReferences. */
const RULE =
  'by name, in a circle: scene the next pair of the block, cross the pair with the same place in the next site (or block)';

/**
 * Measures the shipped pipeline (gain control, polarity, padding and photo preparation as users have them) and the
 * baselines on a folder of aligned pairs, and writes the report.
 *
 * @param folder holds `thermal/` and `visible/`; see findPairs
 * @throws DaylitError of the OPTION, INPUT, OUTPUT and MODEL families; then no report is written
 */
export async function evaluate(
  folder: string,
  options: EvaluateOptions = {},
  { notify = silent, onProgress = () => undefined, until }: EvaluateHooks = {},
): Promise<Report> {
  const { protocols = PROTOCOLS, limit = Infinity, overwrite = false } = options;
  const out = options.out === undefined ? undefined : resolve(options.out);
  const chosen = chooseReferences(await findPairs(folder));
  const run = [...grouped(chosen, ({ pair }) => pair.site).values()].flatMap((site) => thinned(site, limit));
  const reportFiles = out === undefined ? [] : ['report.md', 'report.json'].map((name) => join(out, name));
  if (!overwrite) for (const path of reportFiles) await refuseExisting(path);

  const place = out === undefined ? undefined : await openOutputFolder(out);
  let colorizer: OnnxColorizer | undefined;
  try {
    colorizer = await createColorizer({
      ...present({ modelFolder: options.model }),
      cacheFolder: false,
      precision: 'fp32',
      notify,
    });
    const { painter, blackHot } = shippedPainter(colorizer);
    const scores: PairScore[] = [];
    const rows: { readonly site: string; readonly tiles: SheetRow }[] = [];
    const start = systemClock.now();
    for (const pair of run) {
      if (until?.aborted === true)
        throw new DaylitError('INTERRUPTED', `after ${scores.length} of ${run.length} pairs`);
      const { score, row } = await scorePair(pair, protocols, painter);
      scores.push(score);
      if (out !== undefined) rows.push({ site: score.site, tiles: await sheetRow(row) });
      onProgress({ pairs: scores.length, of: run.length, elapsedMs: systemClock.now() - start });
    }
    const { name, version, provider } = colorizer.info;
    const about = {
      model: `${name} ${version}`,
      device: provider,
      'pairs SHA-256': hashOf(run.map(({ pair }) => pair.name)),
      protocols: protocols.join(', '),
      references: RULE,
      'taken for black-hot': blackHot(),
    };
    const report = reportOf(about, scores, painter.name);
    if (out !== undefined) await write(report, rows, out, overwrite);
    return report;
  } catch (thrown) {
    await place?.removeIfMade();
    throw thrown;
  } finally {
    await colorizer?.close();
  }
}

/** The way of a still through daylit, in steps that can be measured. */
function shippedPainter(colorizer: OnnxColorizer): { readonly painter: Painter; readonly blackHot: () => number } {
  const pool = new BufferPool();
  let inverted = 0;
  const notify: Notify = ({ data }) => {
    if (data?.['polarity'] === 'black-hot') inverted += 1;
  };
  const painter: Painter = {
    name: colorizer.info.name,
    readPhoto,
    readThermal: async (path) => {
      const source = await openImages(path, { pool, clock: systemClock, notify: silent });
      const normalizer = createNormalizer({ agc: 'auto', polarity: 'auto', inputPalette: 'auto', pool, notify });
      for await (const frame of source.frames()) {
        const grey = normalizer.push(frame);
        const picture = { pixels: grey.pixels.slice(), size: grey.size };
        grey.release();
        return picture;
      }
      throw new DaylitError('INPUT_EMPTY', path);
    },
    colour: async ({ pixels, size }, reference) => {
      await colorizer.useReferences(reference === undefined ? [] : [reference]);
      const stream = colorizer.stream({ smoothing: 0 });
      const coloured = await stream.colorize({
        pixels: new Uint8Array(pixels),
        format: 'gray8',
        size,
        pts: 0,
        timeBase: { numerator: 1, denominator: 1 },
        arrivedAt: systemClock.now(),
        epoch: 0,
        sequence: 0,
        marks: {},
        release: () => undefined,
      });
      const picture = { pixels: coloured.pixels.slice(), size };
      coloured.release();
      await stream.close();
      return picture;
    },
  };
  return { painter, blackHot: () => inverted };
}

/** SHA-256 of the sorted names, one a line, as `train/` computes it. */
function hashOf(names: readonly string[]): string {
  return createHash('sha256')
    .update([...names].sort().join('\n'))
    .digest('hex');
}

async function write(
  report: Report,
  rows: readonly { readonly site: string; readonly tiles: SheetRow }[],
  out: string,
  overwrite: boolean,
): Promise<void> {
  for (const [site, ofSite] of grouped(rows, (row) => row.site)) {
    for (let first = 0; first < ofSite.length; first += SHEET_ROWS) {
      const bytes = await contactSheet(ofSite.slice(first, first + SHEET_ROWS).map(({ tiles }) => tiles));
      // A sheet alone is no report: one that is there is from a run that was stopped, or is to be replaced.
      const name = `sheet-${encodeURIComponent(site)}-${first / SHEET_ROWS + 1}.jpg`;
      await writeInPlace(join(out, name), bytes, true);
    }
  }
  await writeInPlace(join(out, 'report.json'), Buffer.from(`${JSON.stringify(report, null, 1)}\n`), overwrite);
  await writeInPlace(join(out, 'report.md'), Buffer.from(markdownOf(report)), overwrite);
}
