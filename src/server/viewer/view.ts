/** What fills the page. */
export interface View {
  readonly root: HTMLElement;
  /** Begins to show live pictures, or goes on. */
  resume(): void;
  /** Lets all connections go until resumed. */
  pause(): void;
  /** Brings what depends on the time up to date. */
  tick(): void;
  /** A key that nothing else has taken, in lower case. */
  key(key: string): void;
}
