import type { Clock } from '../core/clock.js';
import type { Source } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import {
  byteLengthOf,
  frameOf,
  type Frame,
  type PixelFormat,
  type Radiometry,
  type Rational,
  type Size,
} from '../core/frame.js';

/** A picture from a program's own code. */
export interface OwnFrame {
  /** Tight rows in the source's format and size; daylit takes the memory over. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Ticks of the source's time base; one tick a frame where left out. */
  readonly pts?: number;
}

/** What all pictures of one's own source have in common. */
export interface OwnFramesInfo {
  readonly label?: string;
  readonly size: Size;
  readonly format: PixelFormat;
  /** Seconds a tick; 1/25 where left out. */
  readonly timeBase?: Rational;
  readonly frameCount?: number;
  readonly radiometry?: Radiometry;
}

/**
 * Pictures that a program makes or receives itself, as a source. They are pulled one by one, so the program's own
 * pace and the pipeline's room meet.
 *
 * @throws DaylitError INPUT_DAMAGED from the iteration when a picture's bytes do not fit the size and format
 */
export function sourceFromFrames(frames: AsyncIterable<OwnFrame>, info: OwnFramesInfo, clock: Clock): Source {
  const { label = 'frames', size, format, timeBase = { numerator: 1, denominator: 25 }, ...rest } = info;
  const expected = byteLengthOf(format, size);
  async function* generate(): AsyncGenerator<Frame, void, undefined> {
    let sequence = 0;
    for await (const { pixels, pts = sequence } of frames) {
      if (pixels.byteLength !== expected) {
        throw new DaylitError(
          'INPUT_DAMAGED',
          `${label}: frame ${sequence} has ${pixels.byteLength} bytes, not ${expected}`,
        );
      }
      const radiometry = info.radiometry === undefined ? {} : { radiometry: info.radiometry };
      const fresh = { pixels, format, size, pts, timeBase, arrivedAt: clock.now(), sequence, ...radiometry };
      yield frameOf(fresh, () => undefined);
      sequence += 1;
    }
  }
  return { info: { kind: 'raw', delivery: 'waitForRoom', label, size, format, timeBase, ...rest }, frames: generate };
}
