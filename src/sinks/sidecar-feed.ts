import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { secondsOf, type ColourFrame } from '../core/frame.js';
import type { FfmpegEvent } from '../ffmpeg/stderr.js';
import { TelemetryCursor, type PlacedPacket } from '../telemetry/cursor.js';
import { telemetryLine } from '../telemetry/json-line.js';
import type { Feed, FeedOptions } from './feed.js';
import { outputError } from './file-errors.js';

/** A recording with the source's telemetry in a file of JSON Lines beside it, which is as complete as it at any moment. */
export class SidecarFeed implements Feed {
  readonly #cursor = new TelemetryCursor();
  readonly #originSeconds: number;
  #pictures = 0;
  #lines: WriteStream | undefined;
  #failure: Error | undefined;

  constructor(
    private readonly recording: Feed,
    private readonly path: string,
    { first, origin }: FeedOptions,
  ) {
    this.#originSeconds = secondsOf({ ...first, pts: origin });
  }

  get events(): ReadonlySet<FfmpegEvent> {
    return this.recording.events;
  }

  async write(frame: ColourFrame): Promise<void> {
    this.#pictures += 1;
    this.#note(this.#cursor.take(frame));
    if (this.#failure !== undefined) throw outputError(this.#failure, this.path);
    await this.recording.write(frame);
  }

  async end(): Promise<void> {
    this.#note(this.#cursor.rest());
    await this.recording.end();
    this.#lines?.end();
    if (this.#lines !== undefined && this.#failure === undefined) await finished(this.#lines);
  }

  async kill(): Promise<void> {
    await this.recording.kill();
    this.#lines?.end();
  }

  #note(packets: readonly PlacedPacket[]): void {
    for (const { seconds, telemetry } of packets) {
      this.#lines ??= createWriteStream(this.path).on('error', (error) => (this.#failure = error));
      this.#lines.write(telemetryLine(seconds - this.#originSeconds, this.#pictures, telemetry));
    }
  }
}
