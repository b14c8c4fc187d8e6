/** Mean squared error that counts as none, so that identical pictures have a finite figure (108.1 dB). */
const LEAST_ERROR = 1e-6;

/** Peak signal-to-noise ratio of two pictures of one size, 8 bit, over all channels together, in dB. */
export function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / Math.max(LEAST_ERROR, sum / a.length));
}
