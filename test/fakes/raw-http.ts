import { connect, type Socket } from 'node:net';

/** A connection to say anything on, and all that came back. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that has come, as Latin-1. */
  readonly heard: () => string;
  /** Resolves with all that came, when it has ended. */
  readonly over: Promise<string>;
}

/** Connects and says this much, to the byte. */
export function sayRaw(address: string, said: string | Uint8Array = ''): RawConnection {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  // A server may cut a connection off while we still talk.
  socket.on('error', () => undefined);
  if (said.length > 0) socket.write(typeof said === 'string' ? Buffer.from(said, 'latin1') : said);
  const over = new Promise<string>((resolve) => {
    socket.on('close', () => {
      resolve(text);
    });
  });
  return { socket, heard: () => text, over };
}

/** The status in the first line of an answer; undefined where there was none. */
export function statusOf(answer: string): number | undefined {
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
  return status === undefined ? undefined : Number(status);
}
