import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { secondsOf, type ColourFrame } from '../core/frame.js';
import { ffmpegArguments, STDIN, STDOUT, type FfmpegEnd } from '../ffmpeg/command.js';
import { startFfmpeg, type FfmpegProcess } from '../ffmpeg/process.js';
import type { FfmpegEvent } from '../ffmpeg/stderr.js';
import { TelemetryCursor } from '../telemetry/cursor.js';
import { KlvInserter } from '../telemetry/klv-inserter.js';
import { nullPackets } from '../telemetry/ts-packets.js';
import type { Feed, FeedOptions } from './feed.js';
import { outputError } from './file-errors.js';
import type { FrameFeed } from './frame-feed.js';

const FILE = 'file:';
/** TS packets in a datagram. */
const TOGETHER = 7;

/**
 * A transport stream with the source's telemetry as KLV: ffmpeg codes the pictures, and what it writes gets the packets
 * put in on its way to the file, or to a second ffmpeg that only sends.
 */
export class KlvFeed implements Feed {
  readonly #coder: FrameFeed;
  readonly #inserter: KlvInserter;
  readonly #cursor = new TelemetryCursor();
  readonly #sender: FfmpegProcess | undefined;
  readonly #out: Writable | undefined;
  /** Resolves when all has been handed on; rejects when that goes wrong. */
  readonly #pumped: Promise<void>;

  constructor(begin: (to: FfmpegEnd) => FrameFeed, output: FfmpegEnd, { ffmpeg, first }: FeedOptions) {
    const { address, options = [] } = output;
    this.#coder = begin({ address: STDOUT, options: [...options, '-flush_packets', '1'] });
    this.#inserter = new KlvInserter(secondsOf(first));
    if (address.startsWith(FILE)) {
      this.#out = createWriteStream(address.slice(FILE.length));
    } else {
      this.#sender = startFfmpeg(ffmpeg, sending(address), { stdin: 'data' });
      this.#out = this.#sender.stdin;
    }
    this.#pumped = this.#pump().catch(async (thrown: unknown) => {
      await this.#coder.kill();
      // A broken pipe only says that the sender has gone; its end says why.
      await this.#sender?.finished;
      throw outputError(thrown, address);
    });
    this.#pumped.catch(() => undefined);
  }

  get events(): ReadonlySet<FfmpegEvent> {
    return new Set([...this.#coder.events, ...(this.#sender?.events ?? [])]);
  }

  async write(frame: ColourFrame): Promise<void> {
    for (const { klv, seconds } of this.#cursor.take(frame)) this.#inserter.add(klv(), seconds);
    await Promise.race([this.#coder.write(frame), this.#broken()]);
  }

  async end(): Promise<void> {
    for (const { klv, seconds } of this.#cursor.rest()) this.#inserter.add(klv(), seconds);
    await Promise.race([this.#coder.end(), this.#broken()]);
    await this.#pumped;
    await this.#sender?.finished;
  }

  async kill(): Promise<void> {
    await Promise.all([this.#coder.kill(), this.#sender?.kill()]);
    this.#out?.destroy();
  }

  /** Rejects when handing on fails, and never resolves. */
  #broken(): Promise<never> {
    return this.#pumped.then(() => new Promise<never>(() => undefined));
  }

  async #pump(): Promise<void> {
    const out = this.#out;
    if (out === undefined) return;
    const written = finished(out);
    // Writing to what is broken goes unnoticed; without more to write the loop ends and tells it.
    written.catch(() => this.#coder.kill());
    for await (const chunk of this.#coder.coded ?? []) await this.#hand(this.#inserter.push(chunk as Buffer), out);
    await this.#hand(this.#inserter.end(), out);
    out.end();
    await written;
  }

  async #hand(bytes: Uint8Array, out: Writable): Promise<void> {
    if (bytes.length === 0) return;
    // Datagrams are sent when they are full, and no picture should wait for the next one.
    const padded = this.#sender === undefined ? bytes : Buffer.concat([bytes, nullPackets(bytes.length, TOGETHER)]);
    if (!out.write(padded)) await once(out, 'drain');
  }
}

/** Sends bytes as they are. */
function sending(address: string): string[] {
  const input = { address: STDIN, options: ['-probesize', '32', '-f', 'data'] };
  return ffmpegArguments({
    inputs: [input],
    outputs: [{ address, options: ['-map', '0', '-c', 'copy', '-flush_packets', '0', '-f', 'data'] }],
  });
}
