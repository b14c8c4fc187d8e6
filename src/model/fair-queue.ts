/** What waits, by stream: first in first out within a stream, and streams take turns. */
export class FairQueue<T> {
  /** In the order of whose turn is next; a stream with nothing waiting is not in it. */
  readonly #waiting = new Map<number, T[]>();

  push(stream: number, item: T): void {
    const items = this.#waiting.get(stream);
    if (items === undefined) this.#waiting.set(stream, [item]);
    else items.push(item);
  }

  /** The next item; its stream goes to the end of the line. */
  shift(): T | undefined {
    for (const [stream, items] of this.#waiting) {
      const item = items.shift();
      this.#waiting.delete(stream);
      if (items.length > 0) this.#waiting.set(stream, items);
      return item;
    }
    return undefined;
  }

  /** Takes out everything that waits. */
  drain(): T[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return all;
  }
}
