import { performance } from 'node:perf_hooks';
import type { FfmpegBinary } from '../src/ffmpeg/binary.js';
import type { Clips } from './clips.js';

/** What a case works with. */
export interface Bench {
  /** The fewest frames and rounds that still run everything: to see that it works, not how fast. */
  readonly quick: boolean;
  /** Empty at first, gone afterwards. */
  readonly scratch: string;
  /** Folder of the model. */
  readonly model: string;
  /** Folder of the graphs that `peers/export_generators.py` makes; without it their rows stay empty. */
  readonly peers: string | undefined;
  /** A Python with OpenCV; without it its row stays empty. */
  readonly python: string | undefined;
  readonly ffmpeg: FfmpegBinary;
  readonly clips: Clips;
}

/** One measured thing. */
export interface Row {
  readonly name: string;
  readonly unit: 'ms' | 'frames/s' | 'MB' | 'kB' | 'GMAC/s' | '%' | '×' | 'cameras';
  readonly better: 'smaller' | 'larger';
  /** One value a round; empty where it could not be measured, and then the note says why. */
  readonly samples: readonly number[];
  /** The row of the same case that this one is compared with; absent where it is itself what others are compared with. */
  readonly peer?: string;
  readonly note?: string;
}

/** One question, answered by a few rows that were measured in turn. */
export interface Case {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** What exactly was timed, in a sentence or two. */
  readonly method: string;
  readonly run: (bench: Bench) => Promise<readonly Row[]>;
}

/** Does its work once and gives what it measured. */
export type Contender = () => number | Promise<number>;

/**
 * Measures several things in turn: each once to warm up, then `rounds` times one after the other, every second round
 * backwards. What disturbs the machine for a while thus hits all of them alike.
 *
 * @returns by contender, one value a round
 */
export async function interleaved<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const entries = Object.entries<Contender>(contenders);
  const samples = new Map(entries.map(([name]) => [name, [] as number[]]));
  for (const [, contender] of entries) await contender();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contender] of round % 2 === 0 ? entries : entries.toReversed()) {
      samples.get(name)?.push(await contender());
    }
  }
  return Object.fromEntries(samples) as Record<Name, number[]>;
}

/** A contender that repeats a step for some milliseconds and gives the milliseconds that one took. */
export function repeating(step: () => unknown, forMilliseconds: number): Contender {
  return async () => {
    const start = performance.now();
    let steps = 0;
    let elapsed = 0;
    do {
      const result = step();
      // Waiting for nothing would be measured too.
      if (result instanceof Promise) await result;
      steps += 1;
      elapsed = performance.now() - start;
    } while (elapsed < forMilliseconds);
    return elapsed / steps;
  };
}
