import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Camera, ReferenceShelf } from '../camera.js';
import { DaylitError } from '../core/errors.js';
import { needs } from './auth-access.js';
import { findCamera } from './find-camera.js';
import { parsed } from './parsed.js';

/** Bytes of an uploaded photo: more than cameras write as JPEG. */
const MOST_PHOTO_BYTES = 32 * 1024 * 1024;
/** Photos that colour together. */
const MOST_IN_USE = 8;

const cameraPath = z.object({ id: z.string() });
const photoPath = z.object({ id: z.string(), photo: z.string() });
const upload = z.strictObject({ name: z.string().min(1).max(120).default('photo') });
const choice = z.strictObject({ use: z.array(z.string().max(20)).max(MOST_IN_USE) });

/** What can be asked of and told to cameras. */
export function addCameraRoutes(app: FastifyInstance, cameras: readonly Camera[]): void {
  const camera = (params: unknown): Camera => findCamera(cameras, parsed(cameraPath, params).id);

  // Photos come as they are, their format in the content type; anything else is JSON.
  const raw = { parseAs: 'buffer', bodyLimit: MOST_PHOTO_BYTES } as const;
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser(/^(?:image\/[a-z.+-]+|application\/octet-stream)$/, raw, (_, body, done) => {
    done(null, body);
  });

  app.get('/api/cameras', needs('view'), () => ({ cameras: cameras.map((each) => each.status()) }));
  app.get('/api/cameras/:id', needs('view'), ({ params }) => camera(params).status());
  app.post('/api/cameras/:id/retry', needs('operate'), ({ params }, reply) => {
    camera(params).retryNow();
    return reply.code(204).send();
  });

  app.get('/api/cameras/:id/references', needs('view'), ({ params }) => ({ references: shelf(camera(params)).list() }));
  app.post(
    '/api/cameras/:id/references',
    { ...needs('operate'), bodyLimit: MOST_PHOTO_BYTES },
    async ({ params, query, body }, reply) => {
      const { name } = parsed(upload, query);
      if (!(body instanceof Uint8Array) || body.length === 0) {
        throw new DaylitError('REQUEST_INVALID', 'the body is no photo; send it with its content type, as image/jpeg');
      }
      const added = await shelf(camera(params)).add(name, body);
      return reply.code(201).send(added);
    },
  );
  app.put('/api/cameras/:id/references', needs('operate'), async ({ params, body }) => {
    const references = shelf(camera(params));
    await references.use(parsed(choice, body).use);
    return { references: references.list() };
  });
  app.get('/api/cameras/:id/references/:photo/preview.jpg', needs('view'), async ({ params }, reply) => {
    const { photo } = parsed(photoPath, params);
    // A photo never changes under its id.
    return reply
      .type('image/jpeg')
      .header('cache-control', 'private, max-age=3600')
      .send(await shelf(camera(params)).preview(photo));
  });
}

function shelf({ id, references }: Camera): ReferenceShelf {
  if (references === undefined)
    throw new DaylitError('REQUEST_INVALID', `${id} is coloured by a palette, not by photos`);
  return references;
}
