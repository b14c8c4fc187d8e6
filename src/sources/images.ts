import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { glob } from 'tinyglobby';
import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { Source, SourceInfo } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { frameOf, type Frame, type Rational } from '../core/frame.js';
import type { Notify } from '../core/notices.js';
import { openStill, type Still, type StillFile } from './still.js';

/** What a source of pictures needs. */
export interface ImagesOptions {
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Pictures a second, for outputs that have time; 25 if left out. */
  readonly frameRate?: number;
  /** Leave out pictures that cannot be read, with a notice, instead of failing. */
  readonly keepPartial?: boolean;
}

/** Endings of the pictures that are taken from folders and globs; a file named outright may have any. */
export const PICTURE_ENDINGS = ['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp', '.avif'] as const;

const DEFAULT_RATE = 25;
const naturally = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/**
 * Opens pictures as a source of frames: a file, a folder, a glob, or several of these, in natural order ("2" before
 * "10"). Sizes and formats may differ from picture to picture. One picture is read ahead.
 *
 * @throws DaylitError INPUT_NOT_FOUND where nothing matches, INPUT_EMPTY where no picture is among what does, or what
 *   is wrong with the first picture
 */
export async function openImages(input: string | readonly string[], options: ImagesOptions): Promise<Source> {
  const inputs = typeof input === 'string' ? [input] : input;
  const files = (await Promise.all(inputs.map(filesOf))).flat();
  const pages = pagesOf(files, options);
  const first = await pages.next();
  if (first.done === true) throw new DaylitError('INPUT_EMPTY', inputs.join(', '));
  const rate = rationalOf(options.frameRate ?? DEFAULT_RATE);
  const info: SourceInfo = {
    kind: 'images',
    label: inputs.length === 1 ? (inputs[0] ?? '') : `${inputs[0] ?? ''} and ${inputs.length - 1} more`,
    delivery: 'waitForRoom',
    size: first.value.still.size,
    format: first.value.still.format,
    frameRate: rate,
    timeBase: { numerator: rate.denominator, denominator: rate.numerator },
    frameCount: files.length - 1 + first.value.pages,
    ...(first.value.still.radiometry === undefined ? {} : { radiometry: first.value.still.radiometry }),
  };
  return { info, frames: (signal) => framesOf(first.value, pages, info, options, signal) };
}

interface Page {
  readonly still: Still;
  readonly name: string;
  /** Pages of the file that this one is from. */
  readonly pages: number;
}

async function* framesOf(
  first: Page,
  pages: AsyncGenerator<Page>,
  { timeBase }: SourceInfo,
  { pool, clock }: ImagesOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<Frame> {
  let ahead: Promise<IteratorResult<Page>> = Promise.resolve({ value: first });
  try {
    for (let sequence = 0; signal?.aborted !== true; sequence += 1) {
      const next = await ahead;
      if (next.done === true) return;
      ahead = pages.next();
      // Handled where it is awaited; until then a failure must not count as unhandled.
      ahead.catch(() => undefined);
      const { still, name } = next.value;
      const { pixels } = still;
      const fresh = { ...still, pts: sequence, timeBase, arrivedAt: clock.now(), sequence, name };
      yield frameOf(fresh, () => {
        pool.give(pixels);
      });
    }
  } finally {
    const left = await ahead.catch(() => undefined);
    if (left !== undefined && left.done !== true) pool.give(left.value.still.pixels);
    await pages.return(undefined);
  }
}

async function* pagesOf(files: readonly string[], { pool, notify, keepPartial }: ImagesOptions): AsyncGenerator<Page> {
  for (const path of files) {
    try {
      const file: StillFile = await openStill(path, pool);
      for (let page = 0; page < file.pages; page += 1) {
        yield { still: await file.read(page), name: nameOf(path, page, file.pages), pages: file.pages };
      }
    } catch (thrown) {
      const error = DaylitError.from(thrown);
      if (keepPartial !== true || files.length === 1) throw error;
      notify({ kind: 'input-damaged', message: `${error.message}; left out.`, data: { path, code: error.code } });
    }
  }
}

/** The file's name; pages of one file are numbered, so that outputs can be told apart. */
function nameOf(path: string, page: number, pages: number): string {
  if (pages === 1) return basename(path);
  const ending = extname(path);
  return `${basename(path, ending)}-${String(page + 1).padStart(4, '0')}${ending}`;
}

async function filesOf(input: string): Promise<string[]> {
  const found = await stat(input).catch(() => undefined);
  if (found?.isFile() === true) return [input];
  const matches =
    found?.isDirectory() === true
      ? (await glob('*', { cwd: input, expandDirectories: false })).map((name) => join(input, name))
      : await glob(input, { expandDirectories: false });
  if (found === undefined && matches.length === 0) throw new DaylitError('INPUT_NOT_FOUND', input);
  const pictures = matches.filter((path) =>
    (PICTURE_ENDINGS as readonly string[]).includes(extname(path).toLowerCase()),
  );
  if (pictures.length === 0) throw new DaylitError('INPUT_EMPTY', input);
  return pictures.sort((a, b) => naturally.compare(a, b));
}

/** A rate as a fraction exact to a thousandth. */
function rationalOf(rate: number): Rational {
  const numerator = Math.max(1, Math.round(rate * 1000));
  const divisor = greatestCommonDivisor(numerator, 1000);
  return { numerator: numerator / divisor, denominator: 1000 / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
