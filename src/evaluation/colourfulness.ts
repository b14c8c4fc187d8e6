import { momentsOf } from './moments.js';

/** Colourfulness of an rgb24 picture: 0 for grey, about 15 slightly, 45 fairly, 80 highly colourful (Hasler and Süsstrunk 2003). */
export function colourfulness(rgb: Uint8Array): number {
  const count = rgb.length / 3;
  const [redGreen, yellowBlue] = [new Float32Array(count), new Float32Array(count)];
  for (let i = 0, p = 0; i < count; i += 1, p += 3) {
    const [red, green, blue] = [rgb[p] ?? 0, rgb[p + 1] ?? 0, rgb[p + 2] ?? 0];
    redGreen[i] = red - green;
    yellowBlue[i] = (red + green) / 2 - blue;
  }
  const [rg, yb] = [momentsOf(redGreen), momentsOf(yellowBlue)];
  return Math.hypot(rg.deviation, yb.deviation) + 0.3 * Math.hypot(rg.mean, yb.mean);
}
