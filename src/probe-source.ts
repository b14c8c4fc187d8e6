import { present } from './core/present.js';
import { BufferPool } from './core/buffer-pool.js';
import { systemClock } from './core/clock.js';
import type { SourceInfo } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import type { Frame, Radiometry } from './core/frame.js';
import type { Telemetry } from './core/telemetry.js';
import type { Notice } from './core/notices.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { openSource } from './sources/open.js';
import { createNormalizer } from './thermal/normalizer.js';
import { celsiusOf, temperatureRange } from './thermal/temperature.js';

/** What a source carries. */
export interface SourceReport {
  readonly info: SourceInfo;
  /** What thermal handling decided by the first frame: palette, polarity, gain control. */
  readonly thermal: readonly Notice[];
  /** Of the first frame in °C, where the source is radiometric. */
  readonly temperature?: { readonly lowest: number; readonly highest: number };
  /** What the source's telemetry says beside the first frame, where it has any by then. */
  readonly telemetry?: Telemetry;
}

/**
 * Opens a source, looks at its first frame and tells what it is.
 * @throws DaylitError of the INPUT family; PALETTE_UNKNOWN is told as a notice instead.
 */
export async function probeSource(
  input: readonly string[],
  options: { readonly ffmpeg?: string } = {},
): Promise<SourceReport> {
  const notices: Notice[] = [];
  const notify = (notice: Notice): void => void notices.push(notice);
  const pool = new BufferPool();
  const source = await openSource(input, {
    binary: () => findFfmpeg(present({ path: options.ffmpeg })),
    pool,
    clock: systemClock,
    notify,
  });
  for await (const frame of source.frames()) {
    const telemetry = frame.telemetry?.newest;
    const temperature = frame.radiometry && temperatureOf(frame, frame.radiometry);
    try {
      createNormalizer({ agc: 'auto', polarity: 'auto', inputPalette: 'auto', pool, notify }).push(frame).release();
    } catch (thrown) {
      const error = DaylitError.from(thrown);
      if (error.code !== 'PALETTE_UNKNOWN') throw error;
      notify({ kind: 'palette', message: error.message });
    }
    return { info: source.info, thermal: notices, ...present({ temperature, telemetry }) };
  }
  throw new DaylitError('INPUT_EMPTY', source.info.label);
}

function temperatureOf({ pixels }: Frame, law: Radiometry): SourceReport['temperature'] {
  const { lowest, highest } = temperatureRange(
    new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / 2),
    law,
  );
  return { lowest: celsiusOf(lowest), highest: celsiusOf(highest) };
}
