/**
 * CIE Lab of rgb24 pixels: L 0 to 100, then a and b, three floats a pixel. sRGB (IEC 61966-2-1), white point D65, CIE
 * 1976 with the constants that OpenCV documents for its float conversion (0.008856, 903.3, 7.787).
 */
export type Lab = Float32Array;

/** Linear RGB to XYZ, D65. */
const TO_XYZ = [0.412453, 0.35758, 0.180423, 0.212671, 0.71516, 0.072169, 0.019334, 0.119193, 0.950227] as const;
/** The inverse. */
const TO_RGB = [3.240479, -1.53715, -0.498535, -0.969256, 1.875991, 0.041556, 0.055648, -0.204043, 1.057311] as const;
const [WHITE_X, WHITE_Z] = [0.950456, 1.088754];
/** Y up to which lightness is linear. */
const DARK = 0.008856;
const [DARK_LIGHTNESS, DARK_SLOPE, DARK_OFFSET] = [903.3, 7.787, 16 / 116];

const LINEAR = Float64Array.from({ length: 256 }, (_, level) => linearOf(level / 255));

/** rgb24 → Lab. */
export function toLab(rgb: Uint8Array): Lab {
  const lab = new Float32Array(rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    const [r, g, b] = [LINEAR[rgb[i] ?? 0] ?? 0, LINEAR[rgb[i + 1] ?? 0] ?? 0, LINEAR[rgb[i + 2] ?? 0] ?? 0];
    const y = TO_XYZ[3] * r + TO_XYZ[4] * g + TO_XYZ[5] * b;
    const fx = curve((TO_XYZ[0] * r + TO_XYZ[1] * g + TO_XYZ[2] * b) / WHITE_X);
    const fy = curve(y);
    const fz = curve((TO_XYZ[6] * r + TO_XYZ[7] * g + TO_XYZ[8] * b) / WHITE_Z);
    lab[i] = y > DARK ? 116 * fy - 16 : DARK_LIGHTNESS * y;
    lab[i + 1] = 500 * (fx - fy);
    lab[i + 2] = 200 * (fy - fz);
  }
  return lab;
}

/** Lab → rgb24; colours that a screen cannot show are clipped channel by channel. */
export function fromLab(lab: Lab): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(lab.length);
  for (let i = 0; i < lab.length; i += 3) {
    const lightness = lab[i] ?? 0;
    const fy = lightness > DARK_LIGHTNESS * DARK ? (lightness + 16) / 116 : curve(lightness / DARK_LIGHTNESS);
    const x = uncurve(fy + (lab[i + 1] ?? 0) / 500) * WHITE_X;
    const y = uncurve(fy);
    const z = uncurve(fy - (lab[i + 2] ?? 0) / 200) * WHITE_Z;
    rgb[i] = levelOf(TO_RGB[0] * x + TO_RGB[1] * y + TO_RGB[2] * z);
    rgb[i + 1] = levelOf(TO_RGB[3] * x + TO_RGB[4] * y + TO_RGB[5] * z);
    rgb[i + 2] = levelOf(TO_RGB[6] * x + TO_RGB[7] * y + TO_RGB[8] * z);
  }
  return rgb;
}

/** Mean L, a and b of a picture. */
export function meanLab(lab: Lab): readonly [l: number, a: number, b: number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < lab.length; i += 3) {
    sums[0] += lab[i] ?? 0;
    sums[1] += lab[i + 1] ?? 0;
    sums[2] += lab[i + 2] ?? 0;
  }
  const count = lab.length / 3;
  return [sums[0] / count, sums[1] / count, sums[2] / count];
}

function curve(t: number): number {
  return t > DARK ? Math.cbrt(t) : DARK_SLOPE * t + DARK_OFFSET;
}

function uncurve(f: number): number {
  return f > DARK_SLOPE * DARK + DARK_OFFSET ? f ** 3 : (f - DARK_OFFSET) / DARK_SLOPE;
}

function linearOf(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function levelOf(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}
