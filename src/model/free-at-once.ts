import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** A port that nobody listens to: what is transferred to it is gone. */
const nowhere = deadPort();

/**
 * Frees a buffer now instead of whenever garbage is collected; it has no bytes any more then. onnxruntime-node hands
 * every output over in memory of its own, also where it was given some: megabytes a frame, for which V8 would look
 * through all objects of the thread every thirty frames.
 */
export function freeAtOnce(buffer: ArrayBuffer): void {
  nowhere.postMessage(null, [buffer]);
}

function deadPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.unref();
  return port1;
}
