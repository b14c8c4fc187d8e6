import type { Writable } from 'node:stream';
import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame } from '../core/frame.js';
import { outputError } from './file-errors.js';
import { encodeMotionJpeg } from './picture-encoder.js';

/** What `--format` takes: NUT with exact times, bare pixels, or a Motion JPEG stream. */
export const STDOUT_FORMATS = ['nut', 'rgb24', 'mjpeg'] as const;

/** One of {@link STDOUT_FORMATS}. */
export type StdoutFormat = (typeof STDOUT_FORMATS)[number];

/** Turns frames into the bytes of a stream, one after the other. */
type StreamCoder = (frame: ColourFrame) => Promise<readonly Uint8Array[]> | readonly Uint8Array[];

/**
 * Frames as a byte stream on a pipe.
 *
 * `write` waits until the pipe has taken the frame, so a slow reader slows the job and no memory grows. When the reader
 * goes away (`| head`), `write` rejects with OUTPUT_CLOSED, whose exit status is 0: that is a normal end.
 */
export class StdoutSink implements Sink {
  readonly target = '-';
  #frames = 0;
  #closed: DaylitError | undefined;

  constructor(
    private readonly stream: Writable,
    private readonly coder: StreamCoder,
  ) {
    // Without a listener a broken pipe would end the process.
    stream.on('error', this.#onError);
  }

  async write(frame: ColourFrame): Promise<void> {
    for (const bytes of await this.coder(frame)) await this.#send(bytes);
    this.#frames += 1;
  }

  async finish(): Promise<SinkReport> {
    await this.#send(new Uint8Array(0));
    this.stream.off('error', this.#onError);
    return { target: this.target, frames: this.#frames };
  }

  discard(): Promise<void> {
    // What the reader has taken cannot be taken back.
    return Promise.resolve();
  }

  readonly #onError = (thrown: Error): void => {
    this.#closed ??= outputError(thrown, 'stdout');
  };

  #send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      this.stream.write(bytes, (thrown) => {
        if (thrown) reject(outputError(thrown, 'stdout'));
        else resolve();
      });
    });
  }
}
