import type { Writable } from 'node:stream';
import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { sameSize, type ColourFrame, type Size } from '../core/frame.js';
import { NutMuxer } from '../ffmpeg/nut-mux.js';
import { outputError } from './file-errors.js';
import { encodeMotionJpeg } from './picture-encoder.js';

/** What `--format` takes: NUT with exact times, bare pixels, or a Motion JPEG stream. */
export const STDOUT_FORMATS = ['nut', 'rgb24', 'mjpeg'] as const;

/** One of {@link STDOUT_FORMATS}. */
export type StdoutFormat = (typeof STDOUT_FORMATS)[number];

/** Turns frames into the bytes of a stream, one after the other. */
type StreamCoder = (frame: ColourFrame) => Promise<readonly Uint8Array[]> | readonly Uint8Array[];

/** A fresh coder for each stream. */
const CODERS: Readonly<Record<StdoutFormat, () => StreamCoder>> = {
  nut: () => {
    let muxer: NutMuxer | undefined;
    return ({ size, timeBase, pts, pixels }) => {
      const header = muxer === undefined;
      muxer ??= new NutMuxer({ format: 'rgb24', size, timeBase });
      return [...(header ? [muxer.header()] : []), muxer.frame(pts), pixels];
    };
  },
  rgb24: () => (frame) => [frame.pixels],
  mjpeg:
    () =>
    async ({ pixels, size }) => [await encodeMotionJpeg(pixels, size)],
};

/**
 * Frames as a byte stream on a pipe.
 *
 * `write` waits until the pipe has taken the frame, so a slow reader slows the job and no memory grows. When the reader
 * goes away (`| head`), `write` rejects with OUTPUT_CLOSED, whose exit status is 0: that is a normal end. A frame of
 * another size is refused with OUTPUT_UNSUPPORTED.
 */
export class StdoutSink implements Sink {
  readonly target = '-';
  readonly #coder: StreamCoder;
  #size: Size | undefined;
  #frames = 0;
  #closed: DaylitError | undefined;

  constructor(
    private readonly stream: Writable,
    format: StdoutFormat,
  ) {
    this.#coder = CODERS[format]();
    // Without a listener a broken pipe would end the process.
    stream.on('error', this.#onError);
  }

  async write(frame: ColourFrame): Promise<void> {
    this.#size ??= frame.size;
    if (!sameSize(frame.size, this.#size)) {
      throw new DaylitError('OUTPUT_UNSUPPORTED', 'all frames of a stream have one size', {
        hint: 'Write to a picture folder: -o out/',
      });
    }
    for (const bytes of await this.#coder(frame)) await this.#send(bytes);
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
