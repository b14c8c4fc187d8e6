/** The two ways in which a user stops a job. */
export interface Interrupts {
  /** Ctrl-C or TERM once: finish the file with what was read. */
  readonly until: AbortSignal;
  /** A second time: stop at once, leave nothing. */
  readonly abort: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP.
 * @param onFirst tells the user what the first one does
 * @param onHangup what SIGHUP does instead, for services that take it as "read your files again"
 */
export function listenForInterrupts(onFirst: () => void, onHangup?: () => void): Interrupts {
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
  const handlers = { SIGINT: interrupt, SIGTERM: interrupt, SIGHUP: onHangup ?? interrupt };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return {
    until: until.signal,
    abort: abort.signal,
    dispose: () => {
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
    },
  };
}
