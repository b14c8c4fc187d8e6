// An inference thread that misbehaves in the way that the first call's turn names (see worker-client.test.ts).
import { parentPort, workerData } from 'node:worker_threads';
import type { Request, WorkerStart } from '../../src/model/worker-messages.js';

const { device } = workerData as WorkerStart;
parentPort?.on('message', ({ id, call }: Request) => {
  if (call === 'stop') {
    parentPort?.postMessage({ id, gives: null });
    parentPort?.close();
  } else if (call === 'start') parentPort?.postMessage({ id, gives: { provider: 'cpu', refusals: [] } });
  else if (device === 'throws') throw new Error('out of luck');
  else if (device === 'exits') process.exit(3);
});
