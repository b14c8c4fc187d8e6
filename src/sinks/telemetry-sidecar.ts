import { open, type FileHandle } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { Sink, SinkReport } from '../core/contracts.js';
import type { ColourFrame } from '../core/frame.js';
import { TelemetryCursor, type PlacedPacket } from '../telemetry/cursor.js';
import { telemetryLine } from '../telemetry/json-line.js';
import { outputError } from './file-errors.js';
import { beginPartialFile, type PartialFile } from './partial-file.js';

/** Where the telemetry of a video goes: `out.mp4` → `out.telemetry.jsonl`. */
export function sidecarOf(video: string): string {
  return `${video.slice(0, video.length - extname(video).length)}.telemetry.jsonl`;
}

/** Where the telemetry of pictures goes: into their folder. @param target a folder, or a pattern of pictures in one */
export function sidecarOfPictures(target: string): string {
  return join(/[/\\]$/.test(target) || extname(target) === '' ? target : dirname(target), 'telemetry.jsonl');
}

/** An output with the source's telemetry in a file beside it, which is there when the output is, and not before. */
export class WithSidecar implements Sink {
  readonly target: string;
  readonly #cursor = new TelemetryCursor();
  #pictures = 0;

  private constructor(
    private readonly sink: Sink,
    private readonly file: PartialFile,
    private readonly lines: FileHandle,
  ) {
    this.target = sink.target;
  }

  /** Takes the sink over, also where it fails. Throws OUTPUT_EXISTS, OUTPUT_UNWRITABLE or OUTPUT_FULL. */
  static async open(sink: Sink, path: string, options: { readonly overwrite: boolean }): Promise<WithSidecar> {
    try {
      const file = await beginPartialFile(path, options);
      return new WithSidecar(sink, file, await open(file.path, 'w'));
    } catch (thrown) {
      await sink.discard();
      throw outputError(thrown, path);
    }
  }

  async write(frame: ColourFrame): Promise<void> {
    this.#pictures += 1;
    await this.#note(this.#cursor.take(frame));
    await this.sink.write(frame);
  }

  async finish(): Promise<SinkReport> {
    try {
      await this.#note(this.#cursor.rest());
      await this.lines.close();
      const report = await this.sink.finish();
      await this.file.finish();
      return report;
    } catch (thrown) {
      await this.discard();
      throw thrown;
    }
  }

  async discard(): Promise<void> {
    await this.sink.discard();
    await this.lines.close();
    await this.file.discard();
  }

  async #note(packets: readonly PlacedPacket[]): Promise<void> {
    if (packets.length === 0) return;
    const text = packets.map(({ seconds, telemetry }) => telemetryLine(seconds, this.#pictures, telemetry)).join('');
    await this.lines.appendFile(text).catch((thrown: unknown) => {
      throw outputError(thrown, this.target);
    });
  }
}
