import type { OperatorFunction } from 'rxjs';
import type { ColorizerStream } from '../core/contracts.js';
import type { ColourFrame, Frame } from '../core/frame.js';
import { inOrder } from './in-order.js';

/** White-hot gray8 frames → daylight colour, in order. The next frame is on its way while one is being coloured. */
export function colorize(stream: ColorizerStream): OperatorFunction<Frame, ColourFrame> {
  return inOrder((frame) => stream.colorize(frame));
}
