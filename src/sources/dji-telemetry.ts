import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Source } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { entryAt } from '../core/file-entry.js';
import { secondsOf, type Frame } from '../core/frame.js';
import type { TelemetryPacket } from '../core/telemetry.js';
import { parseDjiSrt } from '../telemetry/dji-srt.js';
import { TelemetryTrack } from '../telemetry/track.js';
import { statInput } from './input-file.js';

/** Far more than the longest flight's. */
const LARGEST_FILE = 256 << 20;

/**
 * A recording with the telemetry that its drone has written as subtitles: in the file that is named, else in one of the
 * same name beside it (`clip.SRT` of `clip.MP4`), unless the recording has telemetry of its own.
 * @throws DaylitError INPUT_NOT_FOUND, INPUT_UNREADABLE where the named file has no telemetry
 */
export async function withDjiTelemetry(source: Source, video: string, named: string | undefined): Promise<Source> {
  const packets = named === undefined ? await besideThe(video, source) : await inNamed(named);
  return packets.length === 0 ? source : withTelemetry(source, packets);
}

async function inNamed(path: string): Promise<TelemetryPacket[]> {
  const packets = (await statInput(path)).size > LARGEST_FILE ? [] : parseDjiSrt(await textOf(path));
  if (packets.length === 0) throw new DaylitError('INPUT_UNREADABLE', `${path}: no telemetry of a DJI drone in it`);
  return packets;
}

async function besideThe(video: string, { info }: Source): Promise<TelemetryPacket[]> {
  if (info.telemetry !== undefined) return [];
  const stem = video.slice(0, video.length - extname(video).length);
  for (const path of [`${stem}.SRT`, `${stem}.srt`]) {
    const entry = entryAt(path);
    // One that cannot be read was not asked for.
    if (entry?.isFile() === true && entry.size <= LARGEST_FILE) return parseDjiSrt(await textOf(path).catch(() => ''));
  }
  return [];
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DaylitError('INPUT_UNREADABLE', path, { cause });
  });
}

/** Packets in the order of their times go beside frames of the same clock. */
function withTelemetry(source: Source, packets: readonly TelemetryPacket[]): Source {
  const track = new TelemetryTrack();
  let next = 0;
  const beside = (frame: Frame): Frame => {
    const seconds = secondsOf(frame);
    for (let packet = packets[next]; packet !== undefined && packet.seconds <= seconds; packet = packets[++next]) {
      track.push(packet);
    }
    return { ...frame, telemetry: track.at(seconds) };
  };
  return {
    info: { ...source.info, telemetry: 'dji-srt' },
    frames: (signal) => {
      const iterator = source.frames(signal)[Symbol.asyncIterator]();
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            const result = await iterator.next();
            return result.done === true ? result : { done: false, value: beside(result.value) };
          },
          return: () => iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }),
        }),
      };
    },
  };
}
