import type { TransportPiece } from './transport-stream.js';

/** Shorter ones would not be asked for in time, longer ones make viewers late. */
const SEGMENT_SECONDS = 2;
/** Segments in the list, and how many are kept beyond it for readers that are slow. */
const LISTED = 6;
const KEPT = LISTED + 3;
/** Of all segments together. */
const MOST_BYTES = 64 * 1024 * 1024;
const TICKS = 90_000;
/** Ticks count up to here and begin again. */
const WRAP = 2 ** 33;
/** A picture that comes so much later, or earlier, begins a time of its own. */
const MOST_GAP_SECONDS = 30;

interface Segment {
  readonly number: number;
  readonly seconds: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** When its first picture came, milliseconds since 1970. */
  readonly beganAt: number;
  /** Whether time does not go on from the one before. */
  readonly discontinuity: boolean;
}

interface Begun {
  readonly firstPts: number;
  readonly beganAt: number;
  readonly discontinuity: boolean;
  readonly pieces: Uint8Array[];
  lastPts: number;
}

/** The last segments of a video and their playlist (HTTP Live Streaming, RFC 8216), in memory and bounded. */
export class HlsSegments {
  readonly #segments: Segment[] = [];
  #next = 0;
  #discontinuities = 0;
  #begun: Begun | undefined;

  /**
   * @param now milliseconds since 1970
   * @returns whether a segment is complete with it
   */
  push(piece: TransportPiece, now: number): boolean {
    const begun = this.#begun;
    if (begun === undefined) {
      if (piece.keyframe) this.#begin(piece, now, false);
      return false;
    }
    const since = secondsBetween(begun.lastPts, piece.pts);
    const broken = Math.abs(since) > MOST_GAP_SECONDS;
    const length = secondsBetween(begun.firstPts, broken ? begun.lastPts : piece.pts);
    if (!piece.keyframe || (length < SEGMENT_SECONDS && !broken)) {
      begun.pieces.push(piece.bytes);
      begun.lastPts = piece.pts;
      return false;
    }
    this.#end(begun, length);
    this.#begin(piece, now, broken);
    return true;
  }

  /**
   * The playlist; undefined before the first segment is complete.
   * @param suffix what goes after each segment's name
   */
  playlist(suffix = ''): string | undefined {
    const listed = this.#segments.slice(-LISTED);
    const [first] = listed;
    if (first === undefined) return undefined;
    const longest = Math.ceil(Math.max(...listed.map(({ seconds }) => seconds)));
    const before = this.#discontinuities - listed.filter(({ discontinuity }) => discontinuity).length;
    const lines = listed.flatMap(({ number, seconds, beganAt, discontinuity }) => [
      ...(discontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(beganAt).toISOString()}`,
      `#EXTINF:${seconds.toFixed(3)},`,
      `${number}.ts${suffix}`,
    ]);
    return [
      ...['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS', `#EXT-X-TARGETDURATION:${longest}`],
      ...[`#EXT-X-MEDIA-SEQUENCE:${first.number}`, `#EXT-X-DISCONTINUITY-SEQUENCE:${before}`, ...lines, ''],
    ].join('\n');
  }

  /** A segment that is still kept. */
  segment(number: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#segments.find((segment) => segment.number === number)?.bytes;
  }

  /** Pictures have been left out: what comes next begins a time of its own. */
  interrupt(): void {
    this.#begun = undefined;
  }

  #begin({ pts, bytes }: TransportPiece, now: number, discontinuity: boolean): void {
    const afterPause = this.#begun === undefined && this.#segments.length > 0;
    const place = { firstPts: pts, lastPts: pts, beganAt: now, pieces: [bytes] };
    this.#begun = { ...place, discontinuity: discontinuity || afterPause };
  }

  #end({ pieces, beganAt, discontinuity }: Begun, seconds: number): void {
    const bytes = Uint8Array.from(Buffer.concat(pieces));
    this.#segments.push({ number: this.#next, seconds, bytes, beganAt, discontinuity });
    this.#next += 1;
    if (discontinuity) this.#discontinuities += 1;
    while (this.#segments.length > KEPT || (this.#size() > MOST_BYTES && this.#segments.length > 1)) {
      this.#segments.shift();
    }
  }

  #size(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}

/** From one time to another that may have begun again from 0; negative where it lies before. */
function secondsBetween(from: number, to: number): number {
  const ticks = (((to - from) % WRAP) + WRAP) % WRAP;
  return (ticks >= WRAP / 2 ? ticks - WRAP : ticks) / TICKS;
}
