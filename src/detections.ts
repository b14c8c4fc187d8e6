import { z } from 'zod';
import type { Clock } from './core/clock.js';
import { present } from './core/present.js';

/** Things that one message may name; more than any scene shows that a person looks at. */
const MOST_AT_ONCE = 200;
/** Sets that are kept of a camera. */
const KEPT = 32;
/** Milliseconds for which a set counts as what is seen now; things move on. */
const FRESH_MS = 2000;

const share = z.number().min(0).max(1);

/** One thing that a detector has found. */
export const detectionSchema = z.strictObject({
  label: z.string().min(1).max(64),
  /** How sure the detector is. */
  score: share,
  /** Left, top, width and height as shares of the picture. */
  box: z.array(share).length(4),
});

/** What a detector says of one frame. */
export const detectionsSchema = z.strictObject({
  /** Of the frame that was looked at. */
  sequence: z.int().min(0).optional(),
  /** Or its presentation time in microseconds. */
  pts: z.int().optional(),
  detections: z.array(detectionSchema).max(MOST_AT_ONCE),
});

/** One thing that a detector has found. */
export type Detection = z.output<typeof detectionSchema>;

/** What a detector says of one frame. */
export type DetectionsInput = z.output<typeof detectionsSchema>;

/** A set as it is kept and told on. */
export interface Detections extends DetectionsInput {
  readonly camera: string;
  /** When it came, ISO 8601. */
  readonly at: string;
}

/** What detectors have found in one camera's pictures, newest last; a bounded number, in memory. */
export class DetectionBoard {
  readonly #camera: string;
  readonly #clock: Clock;
  readonly #kept: Detections[] = [];
  readonly #listeners = new Set<(set: Detections) => void>();
  #newestAt = -Infinity;

  constructor(camera: string, clock: Clock) {
    this.#camera = camera;
    this.#clock = clock;
  }

  /** Takes a set that has been checked by {@link detectionsSchema}. */
  add(input: DetectionsInput): Detections {
    const { sequence, pts, detections } = input;
    const place = present({ sequence, pts });
    const set = { camera: this.#camera, at: new Date().toISOString(), ...place, detections };
    this.#kept.push(set);
    if (this.#kept.length > KEPT) this.#kept.shift();
    this.#newestAt = this.#clock.now();
    for (const listener of this.#listeners) listener(set);
    return set;
  }

  /** All that are kept, newest last. */
  recent(): readonly Detections[] {
    return [...this.#kept];
  }

  /** What is seen now; empty when the newest set is older than two seconds. */
  current(): readonly Detection[] {
    return this.#clock.now() - this.#newestAt > FRESH_MS ? [] : (this.#kept.at(-1)?.detections ?? []);
  }

  /** Told each set. @returns stops it */
  onAdd(listener: (set: Detections) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
