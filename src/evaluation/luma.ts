/** BT.601 luma of an rgb24 picture, rounded to 8 bit. */
export function lumaOf(rgb: Uint8Array): Uint8Array {
  const luma = new Uint8Array(rgb.length / 3);
  for (let i = 0, p = 0; i < luma.length; i += 1, p += 3) {
    luma[i] = 0.299 * (rgb[p] ?? 0) + 0.587 * (rgb[p + 1] ?? 0) + 0.114 * (rgb[p + 2] ?? 0) + 0.5;
  }
  return luma;
}
