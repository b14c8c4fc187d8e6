import type { BufferPool } from '../core/buffer-pool.js';
import { DaylitError } from '../core/errors.js';
import { byteLengthOf, secondsOf, type ColourFrame, type Frame } from '../core/frame.js';
import type { Leg } from './relay.js';
import type { Moment } from './temporal-state.js';
import type { WorkerClient } from './worker-client.js';

/** Where a frame goes to. */
export interface Destination {
  readonly thread: Pick<WorkerClient, 'call'>;
  readonly stream: number;
  readonly moment: Moment;
  readonly leg?: Leg;
}

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

/**
 * Hands one frame over to a thread and takes it back coloured.
 * @param onRun told the milliseconds that the model took
 * @throws DaylitError MODEL_FAILED, WORKER_DIED
 */
export async function handOver(
  frame: Frame,
  { thread, ...job }: Destination,
  pool: BufferPool,
  onRun: (milliseconds: number) => void,
): Promise<ColourFrame> {
  // A copy, since not every picture's memory may be transferred, and its owner gets it back at once.
  const thermal = pool.take(frame.pixels.length);
  thermal.set(frame.pixels);
  frame.release();
  const rgb = pool.take(byteLengthOf('rgb24', frame.size));
  try {
    const done = await thread.call('frame', { ...job, thermal, rgb }, [thermal.buffer, rgb.buffer]);
    onRun(done.milliseconds);
    return coloured(frame, done, pool);
  } catch (thrown) {
    throw DaylitError.from(thrown);
  }
}

function coloured(
  frame: Frame,
  { thermal, rgb }: { readonly thermal: Uint8Array<ArrayBuffer>; readonly rgb: Uint8Array<ArrayBuffer> },
  pool: BufferPool,
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
      pool.give(rgb);
      pool.give(thermal);
    },
  };
}
