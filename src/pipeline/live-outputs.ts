import { asyncScheduler, type Observable, type Subscription } from 'rxjs';
import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { ColourFrame } from '../core/frame.js';
import type { HistogramCounts } from '../core/histogram.js';
import type { StageMeter } from '../core/stage-meter.js';
import type { OnState, StreamState } from '../core/states.js';
import { realWait } from '../core/wait.js';
import type { BackoffSettings } from './backoff.js';
import { heldBy, LiveOutput, offerToAll, type LiveOutputOptions, type LiveOutputStatus } from './live-output.js';
import { besideItsColours } from './side-by-side.js';
import { Slate, slateTimes } from './slate.js';

/** An output, to be opened when it is needed. */
export interface LiveTarget extends Pick<LiveOutputOptions, 'target' | 'open' | 'room'> {
  /** Gets colours alone, also where others get the thermal picture beside them: viewers compare by themselves. */
  readonly apart?: boolean;
  /** Gets the last picture again and again, marked, while the source shows nothing. */
  readonly slate?: boolean;
}

/** What the outputs of one stream are made of. */
export interface LiveOutputsOptions {
  readonly targets: readonly LiveTarget[];
  readonly sideBySide: boolean;
  /** Of source and outputs. */
  readonly backoff: BackoffSettings;
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly meter: StageMeter;
  readonly onState: OnState;
  /** Asked for each frame: whether it may be shown; false keeps it from all outputs. */
  readonly mayShow?: (() => boolean) | undefined;
}

/** All outputs of a stream: each gets every frame as it is to get it, and none waits for another. */
export class LiveOutputs {
  /** Resolves when all of them are over; never where there are none. */
  readonly over: Promise<unknown>;
  readonly #outputs: readonly LiveOutput[];
  readonly #show: (frame: ColourFrame) => void;
  readonly #mayShow: () => boolean;
  readonly #slate: Slate | undefined;
  #slates: Subscription | undefined;

  /** @param state$ the source's states, for outputs that get slates */
  constructor(options: LiveOutputsOptions, state$: Observable<StreamState>) {
    const { targets, clock, meter, onState, backoff, pool, mayShow = () => true } = options;
    const onWritten = (milliseconds: number): void => {
      meter.add('write', milliseconds);
    };
    const common = { clock, onWritten, onState, backoff, wait: realWait, random: Math.random };
    this.#outputs = targets.map((target) => new LiveOutput({ ...target, ...common }));
    this.over =
      targets.length === 0 ? new Promise(() => undefined) : Promise.all(this.#outputs.map(({ over }) => over));
    this.#mayShow = mayShow;
    this.#show = this.#shown(options, () => true);
    if (!targets.some(({ slate }) => slate)) return;
    const slate = new Slate(pool, clock);
    const showSlate = this.#shown(options, (target) => target.slate === true);
    this.#slate = slate;
    this.#slates = slateTimes(state$, asyncScheduler).subscribe(() => {
      const picture = mayShow() ? slate.next() : undefined;
      if (picture !== undefined) showSlate(picture);
    });
  }

  /** Takes a frame over. */
  show(frame: ColourFrame): void {
    if (this.#mayShow()) this.#show(this.#slate?.pass(frame) ?? frame);
    else frame.release();
  }

  status(): readonly LiveOutputStatus[] {
    return this.#outputs.map((output) => output.status());
  }

  /** From each frame's arrival until it was taken, by output. */
  ages(): readonly HistogramCounts[] {
    return this.#outputs.map((output) => output.ages());
  }

  retryNow(): void {
    for (const output of this.#outputs) output.retryNow();
  }

  /** Writes what waits and completes them. */
  async finish(): Promise<void> {
    this.#noMoreSlates();
    await Promise.all(this.#outputs.map((output) => output.finish()));
  }

  /** Ends at once; what has been recorded stays. */
  async discard(): Promise<void> {
    this.#noMoreSlates();
    await Promise.all(this.#outputs.map((output) => output.discard()));
  }

  #noMoreSlates(): void {
    this.#slates?.unsubscribe();
    this.#slate?.close();
  }

  /** Hands a frame to those who are meant, as each is to get it. */
  #shown(
    { sideBySide, pool, targets }: LiveOutputsOptions,
    isMeant: (target: LiveTarget) => boolean,
  ): (frame: ColourFrame) => void {
    const meant = targets
      .map((target, index) => ({ target, output: this.#outputs[index] }))
      .filter(({ target }) => isMeant(target));
    const those = (apart: boolean): LiveOutput[] =>
      meant.flatMap(({ target, output }) =>
        output !== undefined && (!sideBySide || target.apart === true) === apart ? [output] : [],
      );
    const [apart, others] = [those(true), those(false)];
    if (others.length === 0) {
      return (frame) => {
        offerToAll(apart, frame);
      };
    }
    const besides = besideItsColours(pool);
    return (frame) => {
      const held = heldBy(2, frame);
      offerToAll(apart, held);
      offerToAll(others, besides(held));
    };
  }
}
