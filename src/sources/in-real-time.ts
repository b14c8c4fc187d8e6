import type { Clock } from '../core/clock.js';
import type { Source } from '../core/contracts.js';
import { secondsOf, type Frame } from '../core/frame.js';
import type { Wait } from '../core/wait.js';

/** Who is later than this, in milliseconds, does not try to catch up. */
const GIVES_UP_AFTER = 500;

/**
 * A source that could give its frames at any speed, as a camera would send them: each at its own time, and none
 * faster to make up for those that came late.
 */
export function inRealTime(source: Source, clock: Clock, wait: Wait): Source {
  async function* paced(signal: AbortSignal = new AbortController().signal): AsyncGenerator<Frame> {
    /** At which the source's time would be 0. */
    let start: number | undefined;
    for await (const frame of source.frames(signal)) {
      const at = 1000 * secondsOf(frame);
      start ??= clock.now() - at;
      const early = start + at - clock.now();
      if (early > 0) await wait(early, signal);
      else if (early < -GIVES_UP_AFTER) start = clock.now() - at;
      if (signal.aborted) {
        frame.release();
        return;
      }
      yield { ...frame, arrivedAt: clock.now() };
    }
  }
  return { info: { ...source.info, delivery: 'keepLatest' }, frames: paced };
}
