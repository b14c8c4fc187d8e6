import type { Frame } from '../../src/core/frame.js';
import type { Picture } from '../../src/thermal/picture.js';

/** A small generator of even noise between 0 and 1 (mulberry32). */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What a made-up scene looks like: cold sky, warm textured ground, and a few hot things. */
export interface SceneOptions {
  readonly width?: number;
  readonly height?: number;
  /** Counts of the coldest sky. */
  readonly level?: number;
  /** Counts from sky to hot things. */
  readonly range?: number;
  /** Sensor noise, counts to either side. */
  readonly grain?: number;
  /** Another number is another place. */
  readonly place?: number;
  /** Another number is another moment: only the noise differs. */
  readonly moment?: number;
}

/** A thermal scene in 16-bit counts. */
export function scene16(options: SceneOptions = {}): Picture & { readonly values: Uint16Array<ArrayBuffer> } {
  const { width = 160, height = 120, level = 3000, range = 600, grain = 2, place = 1, moment = 1 } = options;
  const random = noise(place * 7919);
  const things = Array.from({ length: 9 }, () => ({
    x: random() * width,
    y: height * (0.45 + 0.5 * random()),
    r: 2 + random() * (width / 24),
    heat: 0.8 + 0.2 * random(),
  }));
  const waves = Array.from({ length: 5 }, () => [random() / 4 + 0.05, random() / 4 + 0.05, random() * 6] as const);
  const horizon = height * (0.3 + 0.15 * random());
  const shake = noise(moment * 104729 + place);
  const values = new Uint16Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const texture = waves.reduce((sum, [fx, fy, phase]) => sum + Math.sin(x * fx + y * fy + phase), 0) / 40;
      const ground = y > horizon ? 0.45 + texture + (0.15 * (y - horizon)) / height : 0.05 + (0.1 * y) / horizon;
      const thing = things.find((t) => Math.hypot(t.x - x, t.y - y) < t.r);
      values[y * width + x] = Math.round(level + range * (thing?.heat ?? ground) + grain * (2 * shake() - 1));
    }
  }
  return { values, size: { width, height } };
}

/** The same in 8 bits, spread over the whole range. */
export function scene8(options: SceneOptions = {}): Picture & { readonly values: Uint8Array<ArrayBuffer> } {
  const { values, size } = scene16({ level: 10, range: 235, grain: 2, ...options });
  return { values: Uint8Array.from(values), size };
}

/** A picture inverted: black-hot. */
export function inverted(picture: Picture): Picture & { readonly values: Uint8Array<ArrayBuffer> } {
  return { values: Uint8Array.from(picture.values, (value) => 255 - value), size: picture.size };
}

/** A picture as a frame at 25 frames a second; `released` counts how often its memory came back. */
export function frameOf(
  picture: Picture,
  sequence = 0,
  more: Partial<Frame> = {},
): Frame & { readonly released: () => number } {
  let released = 0;
  const bytes = new Uint8Array(picture.values.byteLength);
  bytes.set(new Uint8Array(picture.values.buffer, picture.values.byteOffset, picture.values.byteLength));
  return {
    pixels: bytes,
    format: picture.values instanceof Uint16Array ? 'gray16le' : 'gray8',
    size: picture.size,
    pts: sequence,
    timeBase: { numerator: 1, denominator: 25 },
    arrivedAt: 0,
    epoch: 0,
    sequence,
    marks: {},
    release: () => {
      released += 1;
    },
    released: () => released,
    ...more,
  };
}
