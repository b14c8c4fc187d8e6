/** What a run allocated and how much memory it held, by stretches of equally many frames. */
export interface MemoryReport {
  /** Bytes of JavaScript objects made per frame, on the main thread, one value a stretch. */
  readonly heapPerFrame: readonly number[];
  /** Bytes of buffers outside of the heap made per frame, on the main thread, one value a stretch. */
  readonly buffersPerFrame: readonly number[];
  /** Resident memory of the process in bytes, one value a stretch. */
  readonly resident: readonly number[];
}

const STRETCHES = 20;
/** Frames between two looks at the heap; looking costs some 20 µs. */
const LOOK_EVERY = 5;

interface Look {
  readonly heap: number;
  readonly buffers: number;
}

/**
 * Adds up what the heap grew by between two looks. Where a collection came between them it shrank: such a pair is left
 * out, frames and all.
 */
export class AllocationMeter {
  readonly #look: () => Look;
  readonly #stretch: number;
  readonly #report = { heapPerFrame: [] as number[], buffersPerFrame: [] as number[], resident: [] as number[] };
  #frames = 0;
  #last: Look | undefined;
  #heap = { bytes: 0, frames: 0 };
  #buffers = { bytes: 0, frames: 0 };

  /** @param expected frames of the whole run */
  constructor(expected: number, look = heapNow) {
    this.#look = look;
    this.#stretch = Math.max(LOOK_EVERY, Math.floor(expected / STRETCHES));
  }

  /** Call once a frame. */
  frame(): void {
    this.#frames += 1;
    if (this.#frames % LOOK_EVERY !== 0) return;
    const look = this.#look();
    if (this.#last !== undefined) {
      grow(this.#heap, look.heap - this.#last.heap);
      grow(this.#buffers, look.buffers - this.#last.buffers);
    }
    if (this.#frames % this.#stretch < LOOK_EVERY) this.#endStretch();
    // Looking makes objects too; they are not the run's.
    this.#last = this.#look();
  }

  report(): MemoryReport {
    return this.#report;
  }

  #endStretch(): void {
    const { heapPerFrame, buffersPerFrame, resident } = this.#report;
    heapPerFrame.push(this.#heap.bytes / this.#heap.frames);
    buffersPerFrame.push(this.#buffers.bytes / this.#buffers.frames);
    resident.push(process.memoryUsage.rss());
    this.#heap = { bytes: 0, frames: 0 };
    this.#buffers = { bytes: 0, frames: 0 };
  }
}

function grow(total: { bytes: number; frames: number }, bytes: number): void {
  if (bytes < 0) return;
  total.bytes += bytes;
  total.frames += LOOK_EVERY;
}

function heapNow(): Look {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers };
}
