/** What a number of threads makes of the small calibration frame; the fastest run, in milliseconds. */
export interface ThreadTimes {
  readonly threads: number;
  readonly milliseconds: number;
  /** Of all processor cores together. */
  readonly cpuMilliseconds: number;
}

/** How much faster more threads must be: below it their cores serve better for decoding, encoding and other cameras. */
const WORTHWHILE = 1.25;
/** How much more processor time they may cost. */
const AFFORDABLE = 1.35;

/**
 * The number of threads to use on a machine.
 * @param measured rising in threads; the first is what is used where no more are worth it
 */
export function chooseThreads(measured: readonly ThreadTimes[]): number | undefined {
  const [first, ...more] = measured;
  let chosen = first;
  for (const times of more) {
    if (chosen === undefined) break;
    const faster = chosen.milliseconds / times.milliseconds >= WORTHWHILE;
    const dearer = times.cpuMilliseconds / chosen.cpuMilliseconds > AFFORDABLE;
    if (faster && !dearer) chosen = times;
  }
  return chosen?.threads;
}

/** The times in words. */
export function threadFigures(measured: readonly ThreadTimes[]): string {
  return measured
    .map(({ threads, milliseconds, cpuMilliseconds }) => {
      return `${threadsOf(threads)} ${milliseconds.toFixed(1)} ms for ${cpuMilliseconds.toFixed(1)} ms of processor time`;
    })
    .join(', ');
}

/** `1 thread`, `2 threads`. */
export function threadsOf(threads: number): string {
  return `${threads} thread${threads === 1 ? '' : 's'}`;
}
