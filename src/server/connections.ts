import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How many connections, and how long they may take to say what they want. */
export interface ConnectionLimits {
  readonly connections: number;
  readonly perAddress: number;
  /** For the head of a request: milliseconds. */
  readonly headersMs: number;
  /** For a whole request, its body included: milliseconds. */
  readonly requestMs: number;
}

/**
 * Keeps one address from taking all connections: what is beyond its share is closed before it has said anything.
 * @param exempt proxies, through which many come
 */
export function limitConnections(
  server: Server,
  { connections, perAddress }: ConnectionLimits,
  exempt: (address: string) => boolean,
): void {
  server.maxConnections = connections;
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const open = (counts.get(address) ?? 0) + 1;
    if (open > perAddress && !exempt(address)) {
      socket.destroy();
      return;
    }
    counts.set(address, open);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    });
  });
}
