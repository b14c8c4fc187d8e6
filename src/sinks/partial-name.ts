import { parse } from 'node:path';

/** Longest stem that is kept, so that the hidden name stays below the 255 bytes that file systems take. */
const STEM_BYTES = 180;

const PARTIAL = /^\.(?<stem>.*)\.(?<pid>\d+)-[0-9a-f]{8}\.partial(?<extension>\.[^.]*)?$/s;

/**
 * Hidden name under which an output grows: `.patrol.4242-1f00c2aa.partial.mp4` for `patrol.mp4`.
 * It ends as the output does, because ffmpeg goes by the ending, and names the process that writes it.
 *
 * @param nonce eight hexadecimal digits, so that one process may write an output of the same name twice
 */
export function partialNameOf(name: string, pid: number, nonce: string): string {
  return `.${stemOf(name)}.${pid}-${nonce}.partial${parse(name).ext}`;
}

/**
 * The process that writes, or wrote, a hidden file.
 * @param name only partials of this output count; left out: of any output
 * @returns undefined where `candidate` is no such partial
 */
export function writerOf(candidate: string, name?: string): number | undefined {
  const { stem, pid, extension = '' } = PARTIAL.exec(candidate)?.groups ?? {};
  if (pid === undefined) return undefined;
  if (name !== undefined && (stem !== stemOf(name) || extension !== parse(name).ext)) return undefined;
  return Number(pid);
}

function stemOf(name: string): string {
  const bytes = Buffer.from(parse(name).name);
  if (bytes.length <= STEM_BYTES) return bytes.toString();
  return bytes
    .subarray(0, STEM_BYTES)
    .toString()
    .replace(/\uFFFD+$/, '');
}
