import { sameSize } from '../core/frame.js';
import type { Picture } from './picture.js';

/** Codec noise: a repeated picture may differ by this much in this share of its pixels. */
const NOISE_LEVELS = 2;
const NOISE_SHARE = 0.001;
/** Pixels compared before the whole picture is. */
const PROBES = 64;

/**
 * Tells repeated pictures: while a thermal camera calibrates behind its shutter (FFC) it sends its last picture again
 * and again. Any other thermal picture differs from its predecessor, since sensors are never free of noise.
 */
export class FreezeDetector {
  #last: Picture | undefined;

  /** Whether this picture is the one before it again, to the bit or up to codec noise. */
  push(picture: Picture): boolean {
    const last = this.#last;
    if (last?.values.BYTES_PER_ELEMENT !== picture.values.BYTES_PER_ELEMENT || !sameSize(last.size, picture.size)) {
      this.#last = { values: picture.values.slice(), size: picture.size };
      return false;
    }
    const frozen = isRepeat(last.values, picture.values);
    // Compared with the first of a run, so that slow change adds up and is seen.
    if (!frozen) last.values.set(picture.values);
    return frozen;
  }
}

function isRepeat(before: Picture['values'], now: Picture['values']): boolean {
  const stride = Math.max(1, Math.floor(now.length / PROBES));
  let strange = 0;
  for (let i = 0; i < now.length; i += stride) {
    const difference = Math.abs((now[i] ?? 0) - (before[i] ?? 0));
    if (difference > NOISE_LEVELS) return false;
    if (difference > 0) strange += 1;
  }
  if (strange > 1) return false;
  const allowed = Math.max(1, now.length * NOISE_SHARE);
  let different = 0;
  for (let i = 0; i < now.length; i += 1) {
    const difference = Math.abs((now[i] ?? 0) - (before[i] ?? 0));
    if (difference === 0) continue;
    different += 1;
    if (difference > NOISE_LEVELS || different > allowed) return false;
  }
  return true;
}
