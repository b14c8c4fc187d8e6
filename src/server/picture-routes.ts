import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import { z } from 'zod';
import { VIEWS, ViewerClient } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import { needs } from './auth-access.js';
import type { CameraList } from './camera-list.js';
import { endlessAnswer } from './endless-answer.js';
import { findCamera } from './find-camera.js';
import { file, type ZodTypes } from './zod-schemas.js';

const BOUNDARY = 'daylit-picture';

/** Which camera, the first if none is named; and which half of its picture. */
export const pictureQuery = z.strictObject({
  camera: z.string().optional(),
  which: z.enum(VIEWS).default('colour'),
});

/** What a route for pictures, or video, asks, takes and gives. */
export function picture(
  summary: string,
  type: string,
): {
  readonly config: FastifyContextConfig;
  readonly schema: {
    readonly tags: string[];
    readonly summary: string;
    readonly querystring: typeof pictureQuery;
    readonly response: object;
  };
} {
  const schema = { tags: ['pictures'], summary, querystring: pictureQuery, response: { 200: file(type, summary) } };
  return { ...needs('view', { tokenInQuery: true }), schema };
}

/** Pictures for other software: one as a file, or one after the other as Motion JPEG. */
export function addPictureRoutes(app: FastifyInstance, list: CameraList, clock: Clock): void {
  const { cameras } = list;
  const api = app.withTypeProvider<ZodTypes>();
  api.get(
    '/snapshot.jpg',
    picture('The newest picture, as JPEG', 'image/jpeg'),
    async ({ query: { camera, which } }, reply) => {
      const { picture: latest, id } = findCamera(cameras, camera);
      const snapshot = await latest.snapshot(which);
      if (snapshot === undefined) throw new DaylitError('NO_PICTURE', id);
      return reply
        .type('image/jpeg')
        .header('daylit-age-ms', Math.round(clock.now() - snapshot.arrivedAt))
        .header('daylit-synthesised-colours', which === 'thermal' ? 'no' : 'yes')
        .send(snapshot.jpeg);
    },
  );

  api.get(
    '/stream.mjpeg',
    picture('Every picture, as Motion JPEG', 'multipart/x-mixed-replace'),
    ({ query: { camera: id, which } }, reply) => {
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
        list.onGone(camera, () => {
          socket.end();
        }),
      );
    },
  );
}

function part(jpeg: Uint8Array): Uint8Array {
  const head = `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]);
}
