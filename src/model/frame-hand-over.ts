import { DaylitError } from '../core/errors.js';
import { byteLengthOf, secondsOf, type ColourFrame, type Frame } from '../core/frame.js';
import type { Moment } from './temporal-state.js';

/** Why the model does not take a frame, whose memory is given back then; undefined if it does. */
export function refusalOf(frame: Frame): DaylitError | undefined {
  const expected = byteLengthOf('gray8', frame.size);
  if (frame.format === 'gray8' && frame.pixels.length === expected) return undefined;
  frame.release();
  const found = `${frame.format} of ${frame.pixels.length} bytes`;
  return new DaylitError('INPUT_UNSUPPORTED', `${found}; the model takes gray8 of ${expected}`);
}

/** What of a frame decides about the state. */
export function momentOf(frame: Frame): Moment {
  const { size, epoch, marks } = frame;
  return { size, epoch, seconds: secondsOf(frame), cut: marks.cut === true, frozen: marks.frozen === true };
}

/** The frame with its colours. @param release gives the memory of both pictures back; called once */
export function coloured(
  frame: Frame,
  { thermal, rgb }: { readonly thermal: ColourFrame['thermal']; readonly rgb: ColourFrame['pixels'] },
  release: () => void,
): ColourFrame {
  let released = false;
  return {
    ...frame,
    pixels: rgb,
    format: 'rgb24',
    thermal,
    marks: { ...frame.marks, synthesised: 'model' },
    release: () => {
      if (released) return;
      released = true;
      release();
    },
  };
}
