import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Page } from 'playwright-core';
import type { Camera } from '../../src/camera.js';
import { createServer, listen } from '../../src/server/create-server.js';
import { openPage, type Place } from './browser.js';
import { ServedCamera } from './served-camera.js';

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

/** An empty page, and a server of one camera, the roof, which shows `thermal` and `colour` until told to stop. */
export async function serveRoof(
  t: TestContext,
  ofPage: Parameters<typeof openPage>[1] = {},
  ofCamera: ConstructorParameters<typeof ServedCamera>[1] = {},
): Promise<{ page: Page; camera: ServedCamera; stop: () => void; app: FastifyInstance; address: string }> {
  const page = await openPage(t, ofPage);
  const camera = new ServedCamera('roof', ofCamera);
  const stop = keepShowing(t, camera, 90, 200);
  return { page, camera, stop, ...(await serve(t, camera)) };
}
