import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ViewerSocket } from '../camera.js';

/** How long a reader may leave what was sent last unread once there is an end. */
const PATIENCE_MS = 5000;

/** Where to send to, until there is no more. */
export interface EndlessAnswer extends ViewerSocket {
  /** Nothing comes after this. A reader that does not take what was sent is cut off. */
  end(): void;
}

/**
 * An answer that goes on until its reader leaves or what it shows ends, as something to send to.
 * @param onEnd told once when the reader has left, or was cut off
 */
export function endlessAnswer(reply: FastifyReply, contentType: string, onEnd: () => void): EndlessAnswer {
  const { raw } = reply.hijack();
  // What hooks have set, since a hijacked answer sends nothing by itself.
  raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), 'content-type': contentType });
  // At once: a camera without a picture would leave its reader without an answer.
  raw.flushHeaders();
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
    end: () => {
      raw.setTimeout(PATIENCE_MS, () => raw.destroy());
      raw.end();
    },
    terminate: () => void raw.destroy(),
  };
}
