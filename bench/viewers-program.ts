import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, listen } from '../src/server/create-server.js';
import { stream } from '../src/stream.js';
import { ServedCamera } from '../test/fakes/served-camera.js';
import type { ServerIsTold, ServerSays } from './viewers-messages.js';

/** A process that serves one camera in false colours, and tells what that costs it. */
const input = process.argv[2] ?? '';
const camera = new ServedCamera('scene');
const app = await createServer({ cameras: [camera], names: [] });
const address = await listen(app, '127.0.0.1', 0);
const stop = new AbortController();
const running = stream(
  { input, palette: 'ironbow' },
  { until: stop.signal },
  { sinks: [{ target: 'viewers', open: () => Promise.resolve(camera.picture) }] },
);

const say = (message: ServerSays): void => void process.send?.(message);
process.on('message', ({ measureMs }: ServerIsTold) => {
  const before = process.cpuUsage();
  void sleep(measureMs).then(() => {
    const { user, system } = process.cpuUsage(before);
    say({ processorMs: (user + system) / 1000 });
  });
});
process.once('disconnect', () => {
  stop.abort();
  void running.catch(() => undefined).then(() => Promise.all([app.close(), camera.close()]));
});
say({ address });
