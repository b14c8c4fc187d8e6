import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ViewerSocket } from '../camera.js';

/**
 * An answer that goes on until its reader leaves, as something to send to.
 * @param onEnd told once when the reader has left, or was cut off
 */
export function endlessAnswer(reply: FastifyReply, contentType: string, onEnd: () => void): ViewerSocket {
  const { raw } = reply.hijack();
  // What hooks have set, since a hijacked answer sends nothing by itself.
  raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), 'content-type': contentType });
  raw.on('close', onEnd);
  // Who asks only what there would be is told, and not kept waiting for an end.
  if (reply.request.method === 'HEAD') raw.end();
  return {
    get bufferedAmount() {
      return raw.writableLength;
    },
    send: (data) => {
      if (!raw.writableEnded) raw.write(data);
    },
    terminate: () => void raw.destroy(),
  };
}
