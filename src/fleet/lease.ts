import type { Clock } from '../core/clock.js';
import { within } from './patience.js';

/** Milliseconds that a claim on a camera holds after its last renewal. */
export const LEASE_MS = 9000;
const RENEW_EVERY_MS = LEASE_MS / 3;
/** Redis that does not answer within this is taken as away. */
const PATIENCE_MS = 2000;

/** What Redis says to a renewal: `held` for another `LEASE_MS`, or `lost`: another has it, or nobody is to have it. */
export type Renewal = 'held' | 'lost';

/**
 * A claim on a camera that must be renewed.
 *
 * While Redis is away nobody can take the camera over by it, so the holder goes on. One that could not renew for
 * longer than the lease since it itself stood still shows nothing until Redis has answered: meanwhile the camera may
 * be another's.
 */
export class Lease {
  readonly #renew: () => Promise<Renewal>;
  readonly #onLost: () => void;
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;
  /** When Redis last said so, or was last found to be away. */
  #sure: number;
  #asking = false;
  #over = false;
  #handedOver = false;

  /**
   * @param renew asks Redis; rejects where it is away
   * @param onLost told once
   */
  constructor(renew: () => Promise<Renewal>, onLost: () => void, clock: Clock) {
    this.#renew = renew;
    this.#onLost = onLost;
    this.#clock = clock;
    this.#sure = clock.now();
    this.#timer = setInterval(() => void this.check(), RENEW_EVERY_MS);
  }

  /** Whether what is made now may be shown. Cheap: asked for every frame. */
  mayShow(): boolean {
    if (this.#over) return this.#handedOver;
    if (this.#clock.now() - this.#sure < LEASE_MS) return true;
    void this.check();
    return false;
  }

  /** Renews now. */
  async check(): Promise<void> {
    if (this.#over || this.#asking) return;
    this.#asking = true;
    const asked = this.#clock.now();
    try {
      if ((await within(PATIENCE_MS, this.#renew())) === 'lost') this.#lose();
      else this.#sure = asked;
    } catch {
      this.#sure = this.#clock.now();
    } finally {
      this.#asking = false;
    }
  }

  /** Renews no more; the claim runs out by itself or is given back by its owner. */
  end(): void {
    this.#over = true;
    this.#handedOver = false;
    clearInterval(this.#timer);
  }

  /** Renews no more, but goes on showing until `end`: another is to take over, under another name. */
  handOver(): void {
    if (this.#over) return;
    this.end();
    this.#handedOver = true;
  }

  #lose(): void {
    if (this.#over) return;
    this.end();
    this.#onLost();
  }
}
