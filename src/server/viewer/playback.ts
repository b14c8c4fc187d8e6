import type { Coding } from '../../sinks/viewer-protocol.js';
import type { Decoded, Player, PlayerEvents, Received } from './decoded-picture.js';
import { JpegPlayer } from './jpeg-player.js';
import { MsePlayer } from './mse-player.js';
import { WebCodecsPlayer } from './webcodecs-player.js';

/** Ways to play, the best first. */
const WAYS = ['webcodecs', 'mse', 'jpeg'] as const;
export type Way = (typeof WAYS)[number];

/** What the encoder makes of most cameras: High profile, level 4. */
const USUAL_CODEC = 'avc1.640028';

const WORKS: Readonly<Record<Way, () => Promise<boolean>>> = {
  webcodecs: async () =>
    'VideoDecoder' in window && (await VideoDecoder.isConfigSupported({ codec: USUAL_CODEC })).supported === true,
  mse: () =>
    Promise.resolve(
      'MediaSource' in window &&
        'requestVideoFrameCallback' in HTMLVideoElement.prototype &&
        MediaSource.isTypeSupported(`video/mp4; codecs="${USUAL_CODEC}"`),
    ),
  jpeg: () => Promise.resolve(true),
};

/**
 * The ways that work here, the best first. `?codec=mse` in the page's address asks for one, and those after it for
 * when it fails.
 */
export async function findWays(): Promise<readonly Way[]> {
  const asked = WAYS.findIndex((way) => way === new URLSearchParams(location.search).get('codec'));
  const tried = await Promise.all(
    WAYS.slice(Math.max(0, asked)).map(async (way) => ((await WORKS[way]().catch(() => false)) ? [way] : [])),
  );
  return tried.flat();
}

/** Told of pictures, and that another coding is wanted of the server from now on. */
export interface PlaybackEvents {
  readonly onPicture: (decoded: Decoded) => void;
  readonly onOtherCoding: () => void;
}

/** Plays what comes by the best way that works, and goes on to the next when one fails. */
export class Playback {
  readonly #place: HTMLElement;
  readonly #events: PlaybackEvents;
  #ways: readonly Way[];
  #player: { readonly coding: Coding; readonly player: Player } | undefined;

  constructor(ways: readonly Way[], place: HTMLElement, events: PlaybackEvents) {
    this.#ways = ways;
    this.#place = place;
    this.#events = events;
  }

  /** What to ask the server for. */
  get coding(): Coding {
    return this.#ways[0] === undefined || this.#ways[0] === 'jpeg' ? 'jpeg' : 'h264';
  }

  /** What plays, for people; empty before the first picture. */
  get name(): string {
    return this.#player?.player.name ?? '';
  }

  push(received: Received): void {
    const { coding } = received.picture;
    if (this.#player?.coding !== coding) {
      this.stop();
      this.#player = { coding, player: this.#make(coding) };
    }
    this.#player.player.push(received);
  }

  /** Lets the decoder go; the next picture begins anew. */
  stop(): void {
    this.#player?.player.close();
    this.#player = undefined;
  }

  #make(coding: Coding): Player {
    const events: PlayerEvents = {
      onPicture: this.#events.onPicture,
      onFailure: () => {
        this.#next();
      },
    };
    // The server sends JPEG where it cannot make video.
    if (coding === 'jpeg') return new JpegPlayer(events);
    return this.#ways[0] === 'webcodecs' ? new WebCodecsPlayer(events) : new MsePlayer(this.#place, events);
  }

  #next(): void {
    this.stop();
    this.#ways = this.#ways.slice(1);
    this.#events.onOtherCoding();
  }
}
