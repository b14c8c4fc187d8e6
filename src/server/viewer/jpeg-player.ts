import type { Player, PlayerEvents, Received } from './decoded-picture.js';

/** Motion JPEG; every browser has it. While one picture is being decoded only the newest waits. */
export class JpegPlayer implements Player {
  readonly name = 'JPEG';
  readonly #events: PlayerEvents;
  #next: Received | undefined;
  #decoding = false;
  #closed = false;

  constructor(events: PlayerEvents) {
    this.#events = events;
  }

  push(received: Received): void {
    this.#next = received;
    if (!this.#decoding) void this.#decode();
  }

  close(): void {
    this.#closed = true;
    this.#next = undefined;
  }

  async #decode(): Promise<void> {
    this.#decoding = true;
    while (this.#next !== undefined) {
      const received = this.#next;
      this.#next = undefined;
      const jpeg = new Blob([received.picture.coded as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' });
      const image = await createImageBitmap(jpeg).catch(() => undefined);
      if (image === undefined) continue;
      const close = (): void => {
        image.close();
      };
      if (this.#closed) close();
      else this.#events.onPicture({ ...received, image, close });
    }
    this.#decoding = false;
  }
}
