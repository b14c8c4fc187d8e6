// The inference thread, but for one moment: a frame shown at 666 s ends it.
import { parentPort } from 'node:worker_threads';
import '../../src/model/worker.js';
import type { Request } from '../../src/model/worker-messages.js';

parentPort?.on('message', ({ call, takes }: Request) => {
  if ((call === 'frame' || call === 'sharedFrame') && takes.moment.seconds === 666) process.exit(3);
});
