import type { ColourPicture } from './pictures.js';
import { gaussianWindow, windowMean } from './window-mean.js';

const WINDOW = gaussianWindow(11, 1.5);
const [C1, C2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];

/**
 * Structural similarity, 1 for identical pictures (Wang et al. 2004): RGB, 8 bit, window of 11 × 11 weighted by a
 * Gaussian of deviation 1.5, mean over all pixels, border included, and over the channels.
 */
export function ssim(a: ColourPicture, b: ColourPicture): number {
  return [0, 1, 2].reduce((sum, channel) => sum + channelSsim(a, b, channel), 0) / 3;
}

function channelSsim(a: ColourPicture, b: ColourPicture, channel: number): number {
  const { size } = a;
  const count = size.width * size.height;
  const [x, y, xx, yy, xy] = Array.from({ length: 5 }, () => new Float64Array(count)) as Planes;
  for (let i = 0, p = channel; i < count; i += 1, p += 3) {
    const [u, v] = [a.pixels[p] ?? 0, b.pixels[p] ?? 0];
    x[i] = u;
    y[i] = v;
    xx[i] = u * u;
    yy[i] = v * v;
    xy[i] = u * v;
  }
  const [mx, my, mxx, myy, mxy] = [x, y, xx, yy, xy].map((plane) => windowMean(plane, size, WINDOW)) as Planes;
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    const [p, q] = [mx[i] ?? 0, my[i] ?? 0];
    const [vx, vy, covariance] = [(mxx[i] ?? 0) - p * p, (myy[i] ?? 0) - q * q, (mxy[i] ?? 0) - p * q];
    sum += ((2 * p * q + C1) * (2 * covariance + C2)) / ((p * p + q * q + C1) * (vx + vy + C2));
  }
  return sum / count;
}

type Planes = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
