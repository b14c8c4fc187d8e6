/** One point of a surface as its material sees it. Reused from sample to sample. */
export interface SurfacePoint {
  /** Metres along the surface's axes; on rods, 0…1 along and −1…1 across. */
  u: number;
  v: number;
  /** Position in the world, metres. */
  x: number;
  y: number;
  z: number;
  /** Unit normal towards the light side. */
  nx: number;
  ny: number;
  nz: number;
  /** Metres from the camera. */
  distance: number;
  /** Metres that one sample spans here. */
  footprint: number;
  seed: number;
}

/** Linear light, 1 is a white surface in full daylight. Reused from sample to sample. */
export interface Colour {
  r: number;
  g: number;
  b: number;
}

/**
 * What a surface is made of, for both cameras: what it reflects by day, and how warm it looks at 8–14 µm (its own
 * temperature and what it mirrors of sky and surroundings, by emissivity). The two have textures of their own.
 */
export interface Material {
  /** Sets the reflected share of light. */
  readonly albedo: (point: SurfacePoint, colour: Colour) => void;
  /** Apparent temperature in °C in the shade. */
  readonly celsius: (point: SurfacePoint) => number;
  /** Kelvin that the sun adds where it falls straight on. */
  readonly sunLoading: number;
  /** Where the surface has no substance (between leaves). */
  readonly hole?: (u: number, v: number, seed: number) => boolean;
  /** Share of daylight that it sends out by itself (lamps). */
  readonly glow?: number;
}

/** Linear colour from sRGB written as 0xRRGGBB. */
export function srgb(hex: number): Readonly<Colour> {
  const linear = (shift: number): number => (((hex >> shift) & 255) / 255) ** 2.2;
  return { r: linear(16), g: linear(8), b: linear(0) };
}

/** Sets `colour` to `tone` times a brightness. */
export function tint(colour: Colour, tone: Readonly<Colour>, brightness: number): void {
  colour.r = tone.r * brightness;
  colour.g = tone.g * brightness;
  colour.b = tone.b * brightness;
}

/** Moves `colour` towards `tone` by a share of 0…1. */
export function blend(colour: Colour, tone: Readonly<Colour>, share: number): void {
  colour.r += (tone.r - colour.r) * share;
  colour.g += (tone.g - colour.g) * share;
  colour.b += (tone.b - colour.b) * share;
}
