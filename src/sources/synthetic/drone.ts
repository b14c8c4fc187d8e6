import type { Size } from '../../core/frame.js';
import { axesAlong, type Camera } from './camera.js';
import { countryside, PERIOD, type Land } from './countryside.js';
import { emptyLayers, paintLayers, type Layers, type View } from './layers.js';
import { shadowMapSide, Sunlight } from './light.js';
import { hash, Random } from './random.js';
import type { Scene } from './scene.js';
import { fairSky } from './sky.js';
import { placed, type Surface } from './surface.js';
import { crossing, Traffic, type Lane } from './traffic.js';
import { unit } from './vector.js';

/** Metres of ground across the picture. */
export const SWATH = 60;
/** Of the angle that the camera looks down at: a period of the land is `SINE` × as long in the picture, four swaths. */
export const SINE = 0.8;
const COSINE = 0.6;
const CHUNKS = (PERIOD * SINE) / SWATH;
/** Flying speed, metres a second; and how far along a cut jumps. */
export const SPEED = 5;
const CUT_JUMP = 130;
const CHUNK_MEMORY = 64 << 20;

/**
 * Country seen from a drone that flies along z and looks down at 53°, through a lens long enough to take rays as
 * parallel: then flying moves the picture without changing it, and it is painted once, chunk by chunk.
 */
export function openDrone(seed: number, size: Size, view: View): Scene {
  const land = countryside(new Random(hash(seed, 1)));
  const sun = unit([0.5, 0.75, -0.45]);
  const sky = fairSky(seed);
  const traffic = new Traffic(
    new Random(hash(seed, 2)),
    [along(land, land.road - 1.7, 0.06, -1, 70), along(land, land.road + 1.7, 0.06, 1, 70)],
    [
      along(land, land.path, 0.05, 1, 26),
      along(land, land.path + 0.5, 0.05, -1, 26),
      ...[34, 78, 188, 224, 280].map((z) =>
        crossing(z, 0.07, { from: -48, to: 48, direction: z % 4 === 0 ? 1 : -1, gap: 24 }),
      ),
    ],
  );
  const scale = size.width / SWATH;
  const axes = axesAlong([0, -SINE, COSINE]);
  const cameraTo = (top: number): Camera => ({
    kind: 'parallel',
    eye: [0, 0, 0],
    ...axes,
    scale,
    centreX: size.width / 2,
    centreY: scale * top,
  });
  const chunkSize = { width: size.width, height: size.width };
  const paintChunk = (index: number): Layers => {
    const near = (index * SWATH) / SINE;
    const surfaces = [-PERIOD, 0, PERIOD].flatMap((shift) => within(land.surfaces, shift, near - 30, near + 110));
    const light = new Sunlight(
      sun,
      { left: -36, right: 36, near: near - 16, far: near + 92, top: 10 },
      surfaces,
      shadowMapSide(size.width),
    );
    return paintLayers({ surfaces, light, sky }, cameraTo((index + 1) * SWATH), chunkSize, view);
  };
  const chunkBytes = size.width * size.width * (view === 'daylight' ? 20 : 8);
  const keep = Math.max(Math.ceil(size.height / size.width) + 1, Math.floor(CHUNK_MEMORY / chunkBytes));
  const chunks = new Map<number, Layers>();
  const chunk = (index: number): Layers => {
    const layers = chunks.get(index) ?? paintChunk(index);
    chunks.delete(index);
    chunks.set(index, layers);
    for (const oldest of chunks.keys()) {
      if (chunks.size <= keep) break;
      chunks.delete(oldest);
    }
    return layers;
  };
  const still = emptyLayers(size, view);
  return {
    at: (seconds, place) => {
      const flown = droneFlight(seconds, place) % PERIOD;
      const bottom = flown * SINE * scale;
      for (let row = 0; row < size.height; row += 1) {
        copyRow(still, row, bottom + size.height - 1 - row, size.width, chunk);
      }
      const camera = cameraTo(flown * SINE + size.height / scale);
      const actors = [0, PERIOD].flatMap((along) => traffic.at(seconds, along));
      return {
        still,
        camera,
        actors: actors.filter(({ at }) => at[2] > flown - 15 && at[2] < flown + 30 + size.height / scale / SINE),
        sun,
      };
    },
  };
}

/** Metres that have been flown at a time; the nearest row of the picture shows the ground there. */
export function droneFlight(seconds: number, place: number): number {
  return SPEED * seconds + CUT_JUMP * place;
}

/** Copies one row of the endless strip, `height` pixels above its begin: a mix of the two rows that it lies between. */
function copyRow(still: Layers, row: number, height: number, width: number, chunk: (index: number) => Layers): void {
  const lower = Math.floor(height);
  const share = height - lower;
  const strips = [lower, lower + 1].map((up) => {
    const index = Math.floor(up / width);
    const layers = chunk(index % CHUNKS);
    return {
      layers,
      at: (width - 1 - (up - index * width)) * width,
      away: Math.floor(index / CHUNKS) * PERIOD * COSINE,
    };
  });
  const [below, above] = strips;
  if (below === undefined || above === undefined) return;
  const mix = (from: 'picture' | 'sunlit', channels: number): void => {
    const a = below.layers[from];
    const b = above.layers[from];
    const target = still[from];
    const toA = (below.at - row * width) * channels;
    const toB = (above.at - row * width) * channels;
    for (let i = row * width * channels; i < (row + 1) * width * channels; i += 1) {
      const value = a[i + toA] ?? 0;
      target[i] = value + ((b[i + toB] ?? 0) - value) * share;
    }
  };
  mix('picture', still.picture.length / (still.size.width * still.size.height));
  if (still.sunlit.length > 0) mix('sunlit', 1);
  const nearest = share < 0.5 ? below : above;
  for (let column = 0; column < width; column += 1) {
    still.nearness[row * width + column] = (nearest.layers.nearness[nearest.at + column] ?? 0) - nearest.away;
  }
}

/** The surfaces moved along z, those that lie between `near` and `far` then. */
function within(surfaces: readonly Surface[], shift: number, near: number, far: number): Surface[] {
  const reaches = (zs: readonly number[]): boolean => Math.min(...zs) + shift < far && Math.max(...zs) + shift > near;
  return surfaces
    .filter((its) => reaches(its.kind === 'rod' ? [its.from[2], its.to[2]] : its.corners.map((corner) => corner[2])))
    .map((its) => (shift === 0 ? its : placed(its, [0, 0, shift])));
}

/** A lane that follows the land's bends. */
function along(land: Land, x: number, ground: number, direction: 1 | -1, gap: number): Lane {
  return {
    from: 0,
    to: PERIOD,
    direction,
    gap,
    at: (z, aside) => ({
      point: [x + aside + land.bend(z), ground, z],
      heading: Math.atan2(land.bend(z + 1) - land.bend(z - 1), 2),
    }),
  };
}
