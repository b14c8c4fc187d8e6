import { parentPort, workerData } from 'node:worker_threads';
import { DaylitError } from '../core/errors.js';
import { Inference } from './inference.js';
import { RunGuard } from './run-guard.js';
import type { CallName, Calls, Reply, Request, WorkerStart } from './worker-messages.js';

/** Carries out one call. */
async function answer(inference: Inference, request: Request): Promise<Calls[CallName]['gives']> {
  switch (request.call) {
    case 'start':
      return inference.start();
    case 'encode':
      return inference.encode(request.takes.photo);
    case 'references':
      inference.useReferences(request.takes.photos, request.takes.stream);
      return null;
    case 'open':
      inference.openStream(request.takes.stream, request.takes.smoothing);
      return null;
    case 'frame': {
      const milliseconds = await inference.colorize(request.takes);
      return { thermal: request.takes.thermal, rgb: request.takes.rgb, milliseconds };
    }
    case 'sharedFrame':
      return { milliseconds: await inference.colorizeShared(request.takes) };
    case 'close':
      inference.closeStream(request.takes.stream);
      return null;
    case 'selfTest':
      return inference.selfTest();
    case 'stop':
      await inference.release();
      return null;
  }
}

/** The thread's life: one call after another in the order they came, until told to stop. */
function serve(port: NonNullable<typeof parentPort>): void {
  const start = workerData as WorkerStart;
  let inference: Inference | undefined;
  let last: Promise<void> = Promise.resolve();
  const handle = async (request: Request): Promise<void> => {
    try {
      inference ??= new Inference(start, new RunGuard(start.guard));
      const gives = await answer(inference, request);
      const { call, takes } = request;
      // The frame's memory goes back to where it came from; whatever else is answered is copied.
      const transfer = call === 'frame' ? [takes.thermal.buffer, takes.rgb.buffer] : [];
      port.postMessage({ id: request.id, gives } satisfies Reply, transfer);
    } catch (thrown) {
      const { code, detail } = DaylitError.from(thrown);
      port.postMessage({ id: request.id, code, detail } satisfies Reply);
    }
    // Nothing else keeps the thread alive: it ends by itself, never in the middle of a run.
    if (request.call === 'stop') port.close();
  };
  port.on('message', (request: Request) => {
    last = last.then(() => handle(request));
  });
}

if (parentPort !== null) serve(parentPort);
