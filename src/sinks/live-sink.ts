import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import { sameSize, type ColourFrame, type Size } from '../core/frame.js';
import type { FfmpegEnd } from '../ffmpeg/command.js';
import type { FfmpegEvent } from '../ffmpeg/stderr.js';
import type { Feed } from './feed.js';
import { openFeed } from './open-feed.js';
import { sidecarOf } from './telemetry-sidecar.js';

/** Begin with the first frame; by default ffmpeg takes twenty in to find out their rate, most of a second. */
const AT_ONCE = ['-fpsprobesize', '0'];

/** Where the runs of an encoder write to, one after the other. */
export interface EncoderRuns {
  /** Where the run that begins with this frame writes. */
  begin(frame: ColourFrame): Promise<FfmpegEnd>;
  /** Whether this frame begins another run, though the one before could go on. */
  isOver(): boolean;
  /** Whether each run counts its time from 0. */
  readonly fromZero: boolean;
  /** The run that was begun has come to nothing, or its encoder has been killed. */
  broken?(): Promise<void>;
}

const REFUSALS: readonly (readonly [FfmpegEvent, ErrorCode])[] = [
  ['unauthorized', 'OUTPUT_REFUSED'],
  ['untrusted', 'CERTIFICATE_REFUSED'],
  ['no-stream', 'OUTPUT_REFUSED'],
  ['refused', 'OUTPUT_UNREACHABLE'],
  ['unresolved', 'OUTPUT_UNREACHABLE'],
  ['unreachable', 'OUTPUT_UNREACHABLE'],
];

/**
 * An output of a running stream, coded by ffmpeg. An encoder is begun with the first frame and again where the pictures
 * change their size, or a new file is due. What has been recorded stays, even when the sink is discarded.
 *
 * `write` resolves when ffmpeg has taken the frame. It rejects with OUTPUT_REFUSED, OUTPUT_UNREACHABLE, OUTPUT_FULL or
 * FFMPEG_FAILED when the encoder has died; beginning again is the business of whoever writes.
 */
export class LiveSink implements Sink {
  #run: { readonly feed: Feed; readonly size: Size } | undefined;
  #frames = 0;
  #discarded = false;

  /**
   * @param target for people, without credentials
   * @param ffmpeg path of the executable
   */
  constructor(
    readonly target: string,
    private readonly ffmpeg: string,
    private readonly runs: EncoderRuns,
  ) {}

  async write(frame: ColourFrame): Promise<void> {
    if (this.#run !== undefined && (!sameSize(this.#run.size, frame.size) || this.runs.isOver())) await this.#end();
    this.#run ??= { feed: await this.#begin(frame), size: frame.size };
    const { feed } = this.#run;
    await this.#explained(feed, () => feed.write(frame));
    this.#frames += 1;
  }

  async finish(): Promise<SinkReport> {
    await this.#end();
    return { target: this.target, frames: this.#frames };
  }

  async discard(): Promise<void> {
    this.#discarded = true;
    await this.#run?.feed.kill();
    await this.runs.broken?.();
  }

  async #begin(frame: ColourFrame): Promise<Feed> {
    const output = await this.runs.begin(frame);
    if (this.#discarded) throw new DaylitError('INTERRUPTED', this.target);
    const recording = this.runs.fromZero;
    return openFeed({
      ...{ ffmpeg: this.ffmpeg, first: frame, others: [], output, inputOptions: AT_ONCE },
      origin: recording ? frame.pts : 0,
      ...(recording ? { sidecar: sidecarOf(output.address.replace(/^file:/, '')) } : {}),
    });
  }

  async #end(): Promise<void> {
    const feed = this.#run?.feed;
    this.#run = undefined;
    if (feed !== undefined) await this.#explained(feed, () => feed.end());
  }

  async #explained(feed: Feed, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (cause) {
      const code = REFUSALS.find(([event]) => feed.events.has(event))?.[1];
      throw code === undefined ? cause : new DaylitError(code, this.target, { cause });
    }
  }
}
