import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { DaylitError } from '../core/errors.js';
import { provenHardware, type HardwareEncoder } from './hardware-trial.js';
import { readCapabilities, type FfmpegCapabilities } from './capabilities.js';

/** Where a candidate was named: `--ffmpeg`, `FFMPEG_PATH`, a folder of `PATH`, the package that comes with daylit. */
export type FfmpegOrigin = 'option' | 'environment' | 'path' | 'bundled';

/** A candidate that was passed over, and why. */
export interface RefusedFfmpeg {
  readonly path: string;
  readonly origin: FfmpegOrigin;
  readonly reason: string;
}

/** The ffmpeg in use with everything that is known of it. */
export interface FfmpegBinary extends FfmpegCapabilities {
  readonly path: string;
  readonly origin: FfmpegOrigin;
  /** Coded a frame, where one was asked for. */
  readonly hardware?: HardwareEncoder;
  /** Candidates before this one, for `daylit doctor`. */
  readonly refused: readonly RefusedFfmpeg[];
}

/** Where to look. */
export interface FfmpegSearch {
  /** From `--ffmpeg`; where given, nothing else is tried. */
  readonly path?: string;
  /** Whether an encoder in hardware must work. */
  readonly hardware?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Executables asked so far; one that failed is asked again next time. */
const asked = new Map<string, Promise<FfmpegCapabilities>>();

/**
 * Finds a usable ffmpeg: the one named by `--ffmpeg`, else by `FFMPEG_PATH`, else the first on `PATH`, else the bundled
 * one. A path that a user named and that cannot be used is an error, never silently replaced by another.
 *
 * Throws FFMPEG_NOT_FOUND with the reason for each candidate, FFMPEG_UNSUPPORTED where no hardware encodes.
 */
export async function findFfmpeg(search: FfmpegSearch = {}): Promise<FfmpegBinary> {
  const binary = await firstUsable(search);
  return search.hardware === true ? { ...binary, hardware: await provenHardware(binary) } : binary;
}

async function firstUsable(search: FfmpegSearch): Promise<FfmpegBinary> {
  const refused: RefusedFfmpeg[] = [];
  for await (const { path, origin } of candidates(search)) {
    try {
      return { path, origin, refused, ...(await capabilitiesOf(path)) };
    } catch (error) {
      refused.push({ path, origin, reason: DaylitError.from(error).detail });
      if (origin === 'option' || origin === 'environment') break;
    }
  }
  throw new DaylitError(
    'FFMPEG_NOT_FOUND',
    refused.map(({ path, reason }) => `${path} ${reason}`).join('; ') || 'no candidate',
  );
}

async function* candidates(search: FfmpegSearch): AsyncGenerator<{ path: string; origin: FfmpegOrigin }> {
  const env = search.env ?? process.env;
  if (search.path !== undefined) {
    yield { path: resolve(search.path), origin: 'option' };
    return;
  }
  const named = env['FFMPEG_PATH'];
  if (named !== undefined && named !== '') {
    yield { path: resolve(named), origin: 'environment' };
    return;
  }
  const executable = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = resolve(join(folder, executable));
    if (await isExecutable(path)) yield { path, origin: 'path' };
  }
  const bundled = await bundledPath();
  if (bundled !== undefined) yield { path: bundled, origin: 'bundled' };
}

function capabilitiesOf(path: string): Promise<FfmpegCapabilities> {
  const known = asked.get(path);
  if (known !== undefined) return known;
  const answer = refuseMissing(path).then(() => readCapabilities(path));
  asked.set(path, answer);
  answer.catch(() => asked.delete(path));
  return answer;
}

async function refuseMissing(path: string): Promise<void> {
  if (!(await isExecutable(path))) throw new DaylitError('FFMPEG_NOT_FOUND', 'is not an executable file');
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The package has no binary for some platforms and throws on import there. */
async function bundledPath(): Promise<string | undefined> {
  try {
    return (await import('@ffmpeg-installer/ffmpeg')).default.path;
  } catch {
    return undefined;
  }
}
