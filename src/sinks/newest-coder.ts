/** What is to be coded: which one it is, and how. `code` takes what it needs before it first waits. */
export interface Codable<T> {
  readonly number: number;
  readonly code: () => Promise<T>;
}

/**
 * Codes the newest thing there is for all who watch: only while somebody does, one at a time, none twice. What comes
 * while one is being coded is passed over for the newest.
 */
export class NewestCoder<T> {
  readonly #newest: () => Codable<T> | undefined;
  readonly #onFailure: (thrown: unknown) => void;
  readonly #watchers = new Set<(coded: T) => void>();
  #coded: { readonly number: number; readonly value: T } | undefined;
  #busy = false;

  /** @param newest what is newest; undefined before there is any */
  constructor(newest: () => Codable<T> | undefined, onFailure: (thrown: unknown) => void) {
    this.#newest = newest;
    this.#onFailure = onFailure;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Hands over the newest there is, and all to come. @returns stops it */
  watch(watcher: (coded: T) => void): () => void {
    this.#watchers.add(watcher);
    if (this.#coded !== undefined && this.#coded.number === this.#newest()?.number) watcher(this.#coded.value);
    else void this.push();
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /** There is a newer one. Resolves when there is none left to code. */
  async push(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#toDo(); next !== undefined; next = this.#toDo()) {
        const value = await next.code();
        this.#coded = { number: next.number, value };
        for (const watcher of this.#watchers) watcher(value);
      }
    } catch (thrown) {
      this.#onFailure(thrown);
    } finally {
      this.#busy = false;
    }
  }

  #toDo(): Codable<T> | undefined {
    if (this.#watchers.size === 0) return undefined;
    const newest = this.#newest();
    return newest?.number === this.#coded?.number ? undefined : newest;
  }
}
