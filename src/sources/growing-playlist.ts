import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DaylitError } from '../core/errors.js';

/** Bytes that are looked at; a longer file is no playlist that anybody plays. */
const LONGEST = 1 << 20;

/**
 * Refuses an HLS playlist (RFC 8216) that has no end yet, also behind a master playlist: ffmpeg would look for more of
 * its segments for ever, even where there are none at all.
 * @throws DaylitError INPUT_UNSUPPORTED
 */
export async function refuseGrowingPlaylist(path: string): Promise<void> {
  const playlist = await playlistAt(path);
  if (playlist === undefined) return;
  const parts = /^#EXT-X-STREAM-INF/m.test(playlist)
    ? await Promise.all(entriesOf(playlist).map((entry) => playlistAt(resolve(dirname(path), entry))))
    : [playlist];
  if (parts.every((part) => part === undefined || /^#EXT-X-ENDLIST\s*$/m.test(part))) return;
  throw new DaylitError('INPUT_UNSUPPORTED', `${path} is a playlist that still grows`, {
    hint: 'A stream has no end: use daylit stream with its web address, or wait until it is complete.',
  });
}

function entriesOf(playlist: string): readonly string[] {
  return playlist
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** The text of a playlist; undefined for anything else, or nothing. */
async function playlistAt(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST), 0, LONGEST, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    return /^\uFEFF?#EXTM3U/.test(text) ? text : undefined;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
