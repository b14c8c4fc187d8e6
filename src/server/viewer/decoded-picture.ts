import type { PictureMessage } from '../../sinks/viewer-protocol.js';

/** What came by the wire: a picture, and when it came (as of `performance.now()`). */
export interface Received {
  readonly picture: PictureMessage;
  readonly at: number;
}

/** A picture that can be painted: thermal left, its colours right, perhaps a pixel larger than `picture` says. */
export interface Decoded extends Received {
  readonly image: CanvasImageSource;
  /** Lets its memory go; the image cannot be painted afterwards. */
  readonly close: () => void;
}

/** Makes pictures of what comes by the wire. */
export interface Player {
  /** For people. */
  readonly name: string;
  push(received: Received): void;
  close(): void;
}

/** Told of every picture, in order, and of the end of a player that can go on no longer. */
export interface PlayerEvents {
  readonly onPicture: (decoded: Decoded) => void;
  readonly onFailure: (reason: string) => void;
}

/** `avc1.64001e`: the codec's name in the configuration that comes with a keyframe (RFC 6381). */
export function codecOf(configuration: Uint8Array): string {
  return `avc1.${[...configuration.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Whether two configurations are the same. */
export function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a?.length === b.length && a.every((byte, at) => byte === b[at]);
}
