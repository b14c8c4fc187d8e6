import type { Sink, SinkReport } from '../../src/core/contracts.js';
import type { ColourFrame } from '../../src/core/frame.js';

/** Remembers what was written and how it ended; breaks at frame `breaksAt` if given. */
export class MemorySink implements Sink {
  readonly written: { readonly pts: number; readonly pixels: Uint8Array; readonly width: number }[] = [];
  state: 'open' | 'finished' | 'discarded' = 'open';

  constructor(
    readonly target: string,
    readonly breaksAt = Infinity,
  ) {}

  write(frame: ColourFrame): Promise<void> {
    if (this.written.length === this.breaksAt) return Promise.reject(new Error(`${this.target} broke`));
    this.written.push({ pts: frame.pts, pixels: frame.pixels.slice(), width: frame.size.width });
    return Promise.resolve();
  }

  finish(): Promise<SinkReport> {
    this.state = 'finished';
    return Promise.resolve({ target: this.target, frames: this.written.length });
  }

  discard(): Promise<void> {
    this.state = 'discarded';
    return Promise.resolve();
  }
}
