import { open, type FileHandle } from 'node:fs/promises';

/**
 * Makes the start of the picture track of an MP4 or MOV file exact, and its end late enough.
 *
 * ffmpeg before 5.0 counts the movie in milliseconds and rounds the start of each track down to one; the frames keep
 * their distances, but all sit up to a millisecond early. Its end is rounded down too, and readers then leave the last
 * frame out. Here the movie's ticks become finer by a whole factor where the start needs it, and the picture lasts a
 * millisecond longer: a few numbers, changed in place. (ISO/IEC 14496-12: mvhd, tkhd, elst, mdhd, hdlr.)
 */
export async function refineTimes(path: string, startTicks: number, ticksPerSecond: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const at = await findMovie(file);
    if (at === undefined) return;
    const movie = Buffer.alloc(at.length);
    await file.read(movie, 0, at.length, at.position);
    if (refineMovie(movie, startTicks, ticksPerSecond)) await file.write(movie, 0, at.length, at.position);
  } finally {
    await file.close();
  }
}

/**
 * The same for the content of a `moov` box, in place.
 * @returns whether anything was changed: not where there is no edit, or where a number would outgrow its field. A
 * start below a millisecond has no edit of its own and stays.
 */
export function refineMovie(movie: Buffer, startTicks: number, ticksPerSecond: number): boolean {
  const fields = [...durationFields(movie)];
  const timescale = fields.find(({ role }) => role === 'timescale');
  const start = fields.find(({ role }) => role === 'start');
  if (timescale === undefined || !fields.some(({ role }) => role === 'length')) return false;
  const coarse = read(movie, timescale);
  const factor = ticksPerSecond / commonDivisor(coarse, ticksPerSecond);
  const exact = startTicks * ((coarse * factor) / ticksPerSecond);
  // The start must be the one that was rounded, or the file is not what we think.
  const rounded = start !== undefined && exact % factor !== 0 && Math.floor(exact / factor) === read(movie, start);
  const finer = rounded ? factor : 1;
  const refined = fields.map((field) => {
    if (rounded && field === start) return { field, value: exact };
    return { field, value: (read(movie, field) + (field.role === 'length' ? 1 : 0)) * finer };
  });
  if (refined.some(({ field, value }) => value >= (field.bytes === 4 ? 2 ** 31 : 2 ** 53))) return false;
  for (const { field, value } of refined) write(movie, field, value);
  return true;
}

/** A number that counts in ticks of the movie. */
interface Field {
  readonly at: number;
  readonly bytes: 4 | 8;
  readonly role: 'timescale' | 'duration' | 'start' | 'length';
}

interface Box {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

function* durationFields(movie: Buffer): Generator<Field> {
  for (const box of boxesIn(movie, 0, movie.length)) {
    const wide = movie[box.from] === 1;
    if (box.type === 'mvhd') {
      yield { at: box.from + (wide ? 20 : 12), bytes: 4, role: 'timescale' };
      yield { at: box.from + (wide ? 24 : 16), bytes: wide ? 8 : 4, role: 'duration' };
    }
    if (box.type === 'trak') yield* trackFields(movie, box);
  }
}

function* trackFields(movie: Buffer, { from, to }: Box): Generator<Field> {
  const within = new Map(nestedBoxes(movie, from, to).map((box) => [box.type, box]));
  const header = within.get('tkhd');
  const edits = within.get('elst');
  const handler = within.get('hdlr');
  if (header !== undefined) {
    const wide = movie[header.from] === 1;
    yield { at: header.from + (wide ? 28 : 20), bytes: wide ? 8 : 4, role: 'duration' };
  }
  if (edits === undefined || handler === undefined) return;
  const wide = movie[edits.from] === 1;
  const bytes = wide ? 8 : 4;
  const isPicture = movie.toString('latin1', handler.from + 8, handler.from + 12) === 'vide';
  for (let at = edits.from + 8; at + 2 * bytes + 4 <= edits.to; at += 2 * bytes + 4) {
    const isEmpty = movie.readInt32BE(at + bytes) === -1;
    const role = isEmpty ? 'start' : 'length';
    yield { at, bytes, role: isPicture ? role : 'duration' };
  }
}

function nestedBoxes(bytes: Buffer, from: number, to: number): Box[] {
  return [...boxesIn(bytes, from, to)].flatMap((box) =>
    box.type === 'edts' || box.type === 'mdia' ? nestedBoxes(bytes, box.from, box.to) : [box],
  );
}

function* boxesIn(bytes: Buffer, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to;) {
    const size = bytes.readUInt32BE(at);
    if (size < 8 || at + size > to) return;
    yield { type: bytes.toString('latin1', at + 4, at + 8), from: at + 8, to: at + size };
    at += size;
  }
}

/** Where the content of the `moov` box lies in the file. */
async function findMovie(file: FileHandle): Promise<{ position: number; length: number } | undefined> {
  const head = Buffer.alloc(16);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(head, 0, 16, position);
    if (bytesRead < 8) return undefined;
    const short = head.readUInt32BE(0);
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (size < 8) return undefined;
    if (head.toString('latin1', 4, 8) === 'moov') return { position: position + 8, length: size - 8 };
    position += size;
  }
}

function read(bytes: Buffer, { at, bytes: width }: Field): number {
  return width === 4 ? bytes.readUInt32BE(at) : Number(bytes.readBigUInt64BE(at));
}

function write(bytes: Buffer, { at, bytes: width }: Field, value: number): void {
  if (width === 4) bytes.writeUInt32BE(value, at);
  else bytes.writeBigUInt64BE(BigInt(value), at);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
