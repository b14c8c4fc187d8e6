import { blend, srgb, tint } from './material.js';
import { fractal, smoothStep } from './texture.js';
import type { Sky } from './shade.js';

const ZENITH = srgb(0x4f8fd6);
const HORIZON = srgb(0xc9dcec);
const CLOUD = srgb(0xf6f6f4);
const HILL = srgb(0x7f9a8c);

/**
 * A fair-weather sky over distant hills: blue with bright clouds by day; in the thermal view cold overhead, warmer
 * towards the horizon where there is more air, clouds a little warmer than the gaps.
 */
export function fairSky(seed: number): Sky {
  const cloud = (x: number, y: number, z: number): number => {
    const height = y + 0.12;
    return smoothStep(0.02, 0.5, fractal((x / height) * 0.55, (z / height) * 0.9, seed + 11, 0.004, 5) + 0.05);
  };
  const hillTop = (x: number, z: number): number =>
    0.028 +
    0.022 * fractal((x / z) * 3, 7, seed + 12, 0.002, 4) +
    0.03 * fractal((x / z) * 0.9, 3, seed + 13, 0.002, 2);
  return {
    celsius: (x, y, z) => {
      if (y < hillTop(x, z)) return 13.2 + 0.8 * fractal((x / z) * 25, y * 120, seed + 14, 0.05, 2);
      return 6 + 6.5 * Math.exp(-Math.max(0, y) * 5) + 2.2 * cloud(x, y, z);
    },
    colour: (x, y, z, colour) => {
      if (y < hillTop(x, z)) {
        tint(colour, HILL, 1 + 0.15 * fractal((x / z) * 25, y * 120, seed + 15, 0.05, 3));
        blend(colour, HORIZON, 0.45);
        return;
      }
      tint(colour, ZENITH, 1);
      blend(colour, HORIZON, Math.exp(-Math.max(0, y) * 5));
      blend(colour, CLOUD, 0.85 * cloud(x, y, z));
    },
  };
}
