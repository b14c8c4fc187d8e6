import type { KeyedTokens } from './tokens.js';
import type { CallName, Calls } from './worker-messages.js';

interface StreamOrder {
  readonly smoothing: number;
  readonly photos?: readonly KeyedTokens[];
}

/** A call to the thread, with what it takes. */
export type Order = {
  [K in 'open' | 'references' | 'close']: { readonly call: K; readonly takes: Calls[K]['takes'] };
}['open' | 'references' | 'close'];

/** What a thread was told that holds until further notice: the open streams and everyone's photos. */
export class StandingOrders {
  #common: readonly KeyedTokens[] = [];
  readonly #streams = new Map<number, StreamOrder>();

  /** Whether a call is one that holds. */
  static holds(order: { readonly call: CallName }): order is Order {
    return order.call === 'open' || order.call === 'references' || order.call === 'close';
  }

  note({ call, takes }: Order): void {
    if (call === 'open') this.#streams.set(takes.stream, { smoothing: takes.smoothing });
    else if (call === 'close') this.#streams.delete(takes.stream);
    else if (takes.stream === undefined) this.#common = takes.photos;
    else {
      const stream = this.#streams.get(takes.stream);
      if (stream !== undefined) this.#streams.set(takes.stream, { ...stream, photos: takes.photos });
    }
  }

  /** The calls that bring a newborn thread to where its forerunner was, but for the colours it carried over. */
  *all(): Generator<Order> {
    yield { call: 'references', takes: { photos: this.#common } };
    for (const [stream, { smoothing, photos }] of this.#streams) {
      yield { call: 'open', takes: { stream, smoothing } };
      if (photos !== undefined) yield { call: 'references', takes: { stream, photos } };
    }
  }
}
