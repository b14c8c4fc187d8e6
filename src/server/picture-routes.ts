import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { VIEWS, ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import { needs } from './auth-access.js';
import { endlessAnswer } from './endless-answer.js';
import { findCamera } from './find-camera.js';
import { parsed } from './parsed.js';

const BOUNDARY = 'daylit-picture';
const query = z.strictObject({ camera: z.string().optional(), which: z.enum(VIEWS).default('colour') });

/** Pictures for other software: one as a file, or one after the other as Motion JPEG. */
export function addPictureRoutes(app: FastifyInstance, cameras: readonly Camera[], clock: Clock): void {
  app.get('/snapshot.jpg', needs('view', { tokenInQuery: true }), async (request, reply) => {
    const { camera, which } = parsed(query, request.query);
    const { picture, id } = findCamera(cameras, camera);
    const snapshot = await picture.snapshot(which);
    if (snapshot === undefined) throw new DaylitError('NO_PICTURE', id);
    return reply
      .type('image/jpeg')
      .header('daylit-age-ms', Math.round(clock.now() - snapshot.arrivedAt))
      .header('daylit-synthesised-colours', which === 'thermal' ? 'no' : 'yes')
      .send(snapshot.jpeg);
  });

  app.get('/stream.mjpeg', needs('view', { tokenInQuery: true }), (request, reply) => {
    const { camera: id, which } = parsed(query, request.query);
    const camera = findCamera(cameras, id);
    const stops: (() => void)[] = [];
    const socket = endlessAnswer(reply, `multipart/x-mixed-replace; boundary=${BOUNDARY}`, () => {
      for (const stop of stops) stop();
    });
    const client = new ViewerClient(socket, clock);
    stops.push(
      camera.picture.watch(which, ({ jpeg }) => {
        client.offer({ keyframe: true, message: () => part(jpeg) });
      }),
      camera.onChange(() => {
        client.tend();
      }),
    );
  });
}

function part(jpeg: Uint8Array): Uint8Array {
  const head = `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]);
}
