/** The two ways in which a user stops a job. */
export interface Interrupts {
  /** Ctrl-C or TERM once: finish the file with what was read. */
  readonly until: AbortSignal;
  /** A second time: stop at once, leave nothing. */
  readonly abort: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

/** Listens for SIGINT, SIGTERM and SIGHUP. `onFirst` tells the user what the first one does. */
export function listenForInterrupts(onFirst: () => void): Interrupts {
  const until = new AbortController();
  const abort = new AbortController();
  const interrupt = (): void => {
    if (until.signal.aborted) {
      abort.abort();
    } else {
      onFirst();
      until.abort();
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return {
    until: until.signal,
    abort: abort.signal,
    dispose: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
