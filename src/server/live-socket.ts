import { once } from 'node:events';
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { isKnownHost, isSameOrigin } from './guard.js';

/** Viewers of all cameras together. */
const MOST_VIEWERS = 64;
/** Bytes that a viewer may say at once; it has nothing to say. */
const MOST_SAID = 1024;
const PING_EVERY_MS = 10_000;
/** A viewer that has not answered for this long is gone, whatever its connection says. */
const GONE_AFTER_MS = 30_000;
/** How long a viewer may take over its goodbye. */
const GOODBYE_MS = 500;

const PATH = /^\/api\/cameras\/([a-z0-9-]+)\/live$/;

/**
 * Pictures over WebSocket at `/api/cameras/<id>/live`: binary messages are pictures (sinks/viewer-protocol.ts), text
 * messages are JSON of where the camera stands, as in `/api/cameras/<id>`, with this viewer's own counts.
 * @returns ends all connections
 */
export function addLiveSocket(
  server: Server,
  cameras: readonly Camera[],
  { names, clock }: { readonly names: readonly string[]; readonly clock: Clock },
): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_SAID, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const { headers, url = '' } = request;
    const [, id] = PATH.exec(url) ?? [];
    const camera = cameras.find((candidate) => candidate.id === id);
    if (!isKnownHost(headers.host, names) || !isSameOrigin(headers)) refuse(connection, 403);
    else if (camera === undefined) refuse(connection, 404);
    else if (sockets.clients.size >= MOST_VIEWERS) refuse(connection, 503);
    else {
      sockets.handleUpgrade(request, connection, head, (socket) => {
        show(camera, socket, clock);
      });
    }
  });
  return () => endAll(sockets.clients);
}

/** Says goodbye; who does not answer soon, since it reads nothing, is cut off. */
async function endAll(clients: ReadonlySet<WebSocket>): Promise<void> {
  const open = [...clients];
  const closed = Promise.all(open.map((socket) => once(socket, 'close')));
  for (const socket of open) socket.close(1001, 'the server stops');
  const tooLong = setTimeout(() => {
    for (const socket of open) socket.terminate();
  }, GOODBYE_MS);
  await closed;
  clearTimeout(tooLong);
}

function show(camera: Camera, socket: WebSocket, clock: Clock): void {
  const client = new ViewerClient(socket, clock);
  let heard = clock.now();
  let pinged = heard;
  const tell = (): void => {
    const now = clock.now();
    if (now - heard > GONE_AFTER_MS) socket.terminate();
    else if (now - pinged >= PING_EVERY_MS) {
      pinged = now;
      socket.ping();
    }
    client.tell(JSON.stringify({ ...camera.status(), viewer: client.counts }));
  };
  socket.on('pong', () => (heard = clock.now()));
  socket.on('error', () => {
    socket.terminate();
  });
  tell();
  const stops = [
    camera.onChange(tell),
    camera.picture.watch('both', (picture) => {
      client.offer(picture);
    }),
  ];
  socket.on('close', () => {
    for (const stop of stops) stop();
  });
}

function refuse(connection: Duplex, status: number): void {
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
