import { z } from 'zod';
import { DaylitError } from '../../core/errors.js';
import type { Rational, Size } from '../../core/frame.js';

/** What a `synthetic:` address asks for. */
export interface SyntheticOptions {
  readonly scene: 'street' | 'drone';
  readonly size: Size;
  readonly frameRate: Rational;
  /** Frames in all; Infinity for a stream that never ends. */
  readonly frames: number;
  readonly seed: number;
  /** `daylight` gives the same scene as rgb24 instead of gray16le thermal. */
  readonly view: 'thermal' | 'daylight';
  /** Deviation of the temporal noise (NETD) in kelvin. */
  readonly noise: number;
  /** Seconds between two FFC freezes, 0 for none. */
  readonly ffc: number;
  /** Seconds between two hard cuts, 0 for none. */
  readonly cut: number;
}

const SCENES = ['street', 'drone'] as const;

const seconds = z
  .string()
  .regex(/^\d{1,5}(\.\d{1,6})?$/, 'is a number of seconds, 0 for never')
  .transform(Number)
  .refine((value) => value === 0 || value >= 1, 'is 0 or at least 1 second');

const whole = (low: number, high: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'is a whole number')
    .transform(Number)
    .refine((value) => value >= low && value <= high, `is from ${low} to ${high}`);

const size = z
  .string()
  .regex(/^\d{2,4}x\d{2,4}$/, 'is WIDTHxHEIGHT')
  .transform((text): Size => {
    const [width = 0, height = 0] = text.split('x').map(Number);
    return { width, height };
  })
  .refine(
    ({ width, height }) => width >= 80 && width <= 1280 && height >= 60 && height <= 1024,
    'is from 80x60 to 1280x1024',
  );

const frameRate = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,3}|\/[1-9]\d{0,5})?$/, 'is frames a second: 25, 29.97 or 30000/1001')
  .transform((text): Rational => {
    const [over = '', under] = text.split('/');
    if (under !== undefined) return { numerator: Number(over), denominator: Number(under) };
    const [whole = '', decimals = ''] = over.split('.');
    return { numerator: Number(whole + decimals), denominator: 10 ** decimals.length };
  })
  .refine(
    ({ numerator, denominator }) => numerator >= denominator && numerator <= 240 * denominator,
    'is from 1 to 240 frames a second',
  );

const frames = z
  .string()
  .regex(/^(endless|\d{1,10})$/, 'is a whole number or endless')
  .transform((text) => (text === 'endless' ? Infinity : Number(text)))
  .refine((value) => value === Infinity || (value >= 1 && value <= 1e9), 'is from 1 to 1000000000, or endless');

const queryOptions = z.strictObject({
  size: size.default({ width: 640, height: 512 }),
  fps: frameRate.default({ numerator: 25, denominator: 1 }),
  frames: frames.default(250),
  seed: whole(0, 4294967295).default(1),
  view: z.enum(['thermal', 'daylight']).default('thermal'),
  noise: z
    .string()
    .regex(/^\d(\.\d{1,6})?$/, 'is the deviation of the noise in kelvin')
    .transform(Number)
    .refine((value) => value <= 5, 'is from 0 to 5 kelvin')
    .default(0.06),
  ffc: seconds.default(0),
  cut: seconds.default(0),
});

/**
 * Reads `synthetic:street` or `synthetic:drone` with
 * `?size=640x512&fps=25&frames=250|endless&seed=1&view=thermal|daylight&noise=0.06&ffc=0&cut=0`.
 * @throws DaylitError OPTION_INVALID for a scene, option or value that there is not.
 */
export function parseSyntheticAddress(address: string): SyntheticOptions {
  const [, name = '', query = ''] = /^synthetic:([^?]*)\??(.*)$/s.exec(address) ?? [];
  const scene = SCENES.find((known) => known === name);
  if (scene === undefined) {
    throw new DaylitError('OPTION_INVALID', address, { hint: 'Use synthetic:street or synthetic:drone.' });
  }
  const pairs = [...new URLSearchParams(query)];
  const parsed = queryOptions.safeParse(Object.fromEntries(pairs));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const option = issue?.path.join('.') ?? '';
    throw new DaylitError('OPTION_INVALID', `${address}: ${option} ${issue?.message ?? ''}`.trimEnd(), {
      hint: 'Options are size, fps, frames, seed, view, noise, ffc and cut.',
    });
  }
  const { fps, ...rest } = parsed.data;
  return { scene, frameRate: fps, ...rest };
}
