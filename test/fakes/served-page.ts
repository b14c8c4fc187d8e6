import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Camera } from '../../src/camera.js';
import { createServer, listen } from '../../src/server/create-server.js';
import type { Place } from './browser.js';
import type { ServedCamera } from './served-camera.js';

/** Where labels, marks and the line's grip never are. */
export const left: Place = [0.05, 0.3];
export const right: Place = [0.95, 0.3];
/** What `keepShowing(t, camera, 90, 200)` shows of each half. */
export const thermal = [90, 90, 90] as const;
export const colour = [200, 0, 0] as const;

/** Serves cameras for the time of a test. Open the page first, see browser.ts. */
export async function serve(t: TestContext, ...cameras: Camera[]): Promise<{ app: FastifyInstance; address: string }> {
  const app = await createServer({ cameras, names: [] });
  t.after(() => app.close());
  return { app, address: await listen(app, '127.0.0.1', 0) };
}

/** Shows the same picture over and over again, as a camera does that sees nothing move. */
export function keepShowing(t: TestContext, camera: ServedCamera, grey: number, red: number): () => void {
  const timer = setInterval(() => {
    void camera.show(grey, red);
    camera.tell();
  }, 40);
  const stop = (): void => {
    clearInterval(timer);
  };
  t.after(stop);
  return stop;
}
