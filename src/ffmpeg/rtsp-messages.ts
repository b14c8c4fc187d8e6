/** A request or an answer of RTSP (RFC 2326 §4 to §7). */
export interface RtspMessage {
  /** Request or status line, without its line end. */
  readonly first: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** A message, or a piece of a picture that travels between messages (§10.12), as it is. */
export type RtspPart = RtspMessage | Uint8Array;

const DOLLAR = 0x24;
const DATA_HEAD = 4;
/** Longer heads and bodies are none that cameras send. */
const LONGEST_HEAD = 1 << 15;
const LONGEST_BODY = 1 << 20;

/** Cuts the bytes of one direction of a connection into parts. Holds no more than one unfinished part. */
export class RtspSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * The parts that are complete with these bytes.
   * @throws Error where this cannot be RTSP
   */
  push(bytes: Uint8Array): RtspPart[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    const parts: RtspPart[] = [];
    for (let part = this.#next(); part !== undefined; part = this.#next()) parts.push(part);
    return parts;
  }

  #next(): RtspPart | undefined {
    if (this.#rest[0] === DOLLAR) {
      if (this.#rest.length < DATA_HEAD) return undefined;
      return this.#cut(DATA_HEAD + this.#rest.readUInt16BE(2));
    }
    // Empty lines between messages are let pass.
    const empty = /^[\r\n]*/.exec(this.#rest.toString('latin1', 0, 64))?.[0].length ?? 0;
    if (empty > 0) {
      this.#rest = this.#rest.subarray(empty);
      return this.#next();
    }
    const end = this.#rest.indexOf('\r\n\r\n', 0, 'latin1');
    if (end < 0 && this.#rest.length <= LONGEST_HEAD) return undefined;
    if (end < 0 || end > LONGEST_HEAD) throw new Error('a head without an end');
    const head = headOf(this.#rest.toString('latin1', 0, end));
    const length = bodyLengthOf(head);
    if (this.#rest.length < end + 4 + length) return undefined;
    const whole = this.#cut(end + 4 + length);
    return whole === undefined ? undefined : { ...head, body: whole.subarray(end + 4) };
  }

  #cut(length: number): Buffer | undefined {
    if (this.#rest.length < length) return undefined;
    const part = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return part;
  }
}

function headOf(text: string): Omit<RtspMessage, 'body'> {
  const [first = '', ...lines] = text.split('\r\n');
  if (!/^(?:RTSP\/\d\.\d \d{3}|[A-Z_]{3,20} \S+ RTSP\/\d\.\d$)/.test(first)) throw new Error('no RTSP');
  const headers = lines.map((line): [string, string] => {
    const [, name, value] = /^([!#-'*+.^_`|~\w-]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error('no header');
    return [name, value];
  });
  return { first, headers };
}

function bodyLengthOf(head: Omit<RtspMessage, 'body'>): number {
  const told = headerOf(head, 'content-length') ?? '0';
  if (!/^\d{1,7}\s*$/.test(told) || Number(told) > LONGEST_BODY) throw new Error('a body without bounds');
  return Number(told);
}

/** The first header of this name (lower case). */
export function headerOf({ headers }: Pick<RtspMessage, 'headers'>, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1];
}

/** The message with this header, whatever it had under the name before. */
export function withHeader(message: RtspMessage, name: string, value: string): RtspMessage {
  const others = message.headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase());
  return { ...message, headers: [...others, [name, value]] };
}

/** The bytes of a message. */
export function bytesOf({ first, headers, body }: RtspMessage): Uint8Array {
  const head = [first, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
