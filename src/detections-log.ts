import { appendFile, rename, stat } from 'node:fs/promises';
import { silent, type Notify } from './core/notices.js';
import type { Detections } from './detections.js';

/** Lines that wait for the disk; beyond it the newest are dropped and counted. */
const MOST_WAITING = 1000;
/** Bytes after which the file becomes `<name>.1`, taking the place of the one before it. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Writes down what detectors find, one JSON object a line. At most twice `mostBytes` are kept: the file, and the one
 * before it. A disk that takes nothing holds nobody up: it is told of once, and lines are dropped and counted.
 */
export class DetectionsLog {
  readonly #path: string;
  readonly #notify: Notify;
  readonly #mostBytes: number;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #bytes: number | undefined;
  #dropped = 0;
  #failing = false;

  constructor(path: string, notify: Notify = silent, mostBytes = MOST_BYTES) {
    this.#path = path;
    this.#notify = notify;
    this.#mostBytes = mostBytes;
  }

  /** Lines that were not written. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a set; never waits. */
  write(set: Detections): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(`${JSON.stringify(set)}\n`);
    this.#writing ??= this.#drain();
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    // What comes within this turn goes into one write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      await this.#append(lines);
    }
    this.#writing = undefined;
  }

  async #append(lines: readonly string[]): Promise<void> {
    const text = lines.join('');
    try {
      this.#bytes ??= await stat(this.#path).then(
        ({ size }) => size,
        () => 0,
      );
      if (this.#bytes >= this.#mostBytes) {
        await rename(this.#path, `${this.#path}.1`);
        this.#bytes = 0;
      }
      await appendFile(this.#path, text);
      this.#bytes += Buffer.byteLength(text);
      this.#failing = false;
    } catch (thrown) {
      this.#dropped += lines.length;
      this.#bytes = undefined;
      if (this.#failing) return;
      this.#failing = true;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      this.#notify({ kind: 'detections', message: `Detections cannot be written down: ${reason}` });
    }
  }
}
