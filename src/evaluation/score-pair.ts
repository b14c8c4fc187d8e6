import { sameSize } from '../core/frame.js';
import { DaylitError } from '../core/errors.js';
import { BASELINES } from './baselines.js';
import { chroma, chromaRatio } from './chroma.js';
import { hueShift, turnHue, type HueShift } from './hue-obedience.js';
import { toLab, type Lab } from './lab.js';
import { measure, yardstickOf, type Measured, type Measures, type Yardstick } from './measures.js';
import type { ColourPicture, GreyPicture } from './pictures.js';
import { type ChosenPair, type Protocol } from './protocols.js';
import { swapOf, type Swap } from './swap-test.js';

/** What is measured, as the runner sees it: the shipped pipeline, or a stand-in. */
export interface Painter {
  /** Its name in the tables. */
  readonly name: string;
  /** The thermal picture of a file as the model gets it: gain control and polarity done. */
  readThermal(path: string): Promise<GreyPicture>;
  /** The daylight picture of a file. */
  readPhoto(path: string): Promise<ColourPicture>;
  /** Colours a picture, by itself, after a photo (a file or pixels) or after none. */
  colour(thermal: GreyPicture, reference: string | ColourPicture | undefined): Promise<ColourPicture>;
}

/** What one pair gave. */
export interface PairScore {
  readonly name: string;
  readonly site: string;
  /** Protocol → method → measures. */
  readonly scores: ReadonlyMap<Protocol, ReadonlyMap<string, Measures>>;
  readonly hueShifts: ReadonlyMap<Protocol, HueShift>;
  /** Self against cross, where both were run. */
  readonly swap?: Swap;
}

/** A score with the pictures behind it. */
export interface ScoredPair {
  readonly score: PairScore;
  /** To be looked at: the thermal picture, then (reference and) output of each protocol, then the real picture. */
  readonly row: readonly (ColourPicture | GreyPicture | undefined)[];
}

/**
 * Runs the painter and every baseline on one pair under each protocol, and measures all outputs.
 * @throws DaylitError INPUT_UNSUPPORTED for pictures of different sizes, or what the painter throws
 */
export async function scorePair(
  { pair, lenders }: ChosenPair,
  protocols: readonly Protocol[],
  painter: Painter,
): Promise<ScoredPair> {
  const thermal = await painter.readThermal(pair.thermal);
  const real = await painter.readPhoto(pair.visible);
  if (!sameSize(thermal.size, real.size)) {
    throw new DaylitError('INPUT_UNSUPPORTED', `the two pictures named ${pair.name} differ in size`, {
      hint: 'Thermal and visible picture of a pair must show the same view, pixel by pixel.',
    });
  }
  const yardstick = yardstickOf(thermal, real);
  const plain = paintedWithoutReference(yardstick);
  const scores = new Map<Protocol, ReadonlyMap<string, Measures>>();
  const hueShifts = new Map<Protocol, HueShift>();
  const swapped = new Map<Protocol, readonly [reference: Lab, output: Lab]>();
  const row: ScoredPair['row'][number][] = [thermal];

  for (const protocol of protocols) {
    const lender = protocol === 'none' ? undefined : lenders[protocol];
    if (protocol !== 'none' && lender === undefined) {
      row.push(undefined, undefined);
      continue;
    }
    const reference = lender && (lender === pair ? real : await painter.readPhoto(lender.visible));
    const output = await painter.colour(thermal, lender?.visible);
    const measured = measure(output, yardstick);
    const referenceLab = reference && toLab(reference.pixels);
    const methods = new Map([[painter.name, measured], ...plain, ...paintedAfter(reference, yardstick)]);
    const wanted = chroma(referenceLab ?? yardstick.realLab);
    scores.set(protocol, new Map([...methods].map(([name, of]) => [name, withRatio(of, wanted)])));
    row.push(...(protocol === 'scene' || protocol === 'cross' ? [reference] : []), output);
    if (reference === undefined || referenceLab === undefined) continue;
    swapped.set(protocol, [referenceLab, measured.lab]);
    const turned = turnHue(reference);
    hueShifts.set(
      protocol,
      hueShift({
        reference: referenceLab,
        turnedReference: toLab(turned.pixels),
        output: measured.lab,
        turnedOutput: toLab((await painter.colour(thermal, turned)).pixels),
      }),
    );
  }
  const [own, other] = [swapped.get('self'), swapped.get('cross')];
  const score = {
    name: pair.name,
    site: pair.site,
    scores,
    hueShifts,
    ...(own === undefined || other === undefined ? {} : { swap: swapOf([own[0], other[0]], [own[1], other[1]]) }),
  };
  return { score, row: [...row, real] };
}

function paintedWithoutReference(yardstick: Yardstick): readonly (readonly [string, Measured])[] {
  return BASELINES.flatMap((baseline) =>
    'paint' in baseline ? [[baseline.name, measure(baseline.paint(yardstick.thermal), yardstick)] as const] : [],
  );
}

function paintedAfter(
  reference: ColourPicture | undefined,
  yardstick: Yardstick,
): readonly (readonly [string, Measured])[] {
  if (reference === undefined) return [];
  return BASELINES.flatMap((baseline) =>
    'paintAfter' in baseline
      ? [[baseline.name, measure(baseline.paintAfter(yardstick.thermal, reference), yardstick)] as const]
      : [],
  );
}

function withRatio({ figures, chroma: own }: Measured, wanted: number): Measures {
  return { ...figures, chroma_ratio: chromaRatio(own, wanted) };
}
