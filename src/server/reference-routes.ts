import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Camera, ReferenceShelf } from '../camera.js';
import type { CameraSet } from '../cameras/camera-set.js';
import { DaylitError } from '../core/errors.js';
import { nothing, photoAnswer, photosAnswer } from './answers.js';
import { needs } from './auth-access.js';
import { cameraPath } from './camera-routes.js';
import { findCamera } from './find-camera.js';
import { PhotoFolder } from './photo-folder.js';
import { file, type ZodTypes } from './zod-schemas.js';

/** Bytes of an uploaded photo: more than cameras write as JPEG. */
const MOST_PHOTO_BYTES = 32 * 1024 * 1024;
/** Photos that colour together. */
const MOST_IN_USE = 8;

const photoPath = cameraPath.extend({ photo: z.string().min(1).max(20) });
const upload = z.strictObject({ name: z.string().min(1).max(120).default('photo') });
const choice = z.strictObject({ use: z.array(z.string().max(20)).max(MOST_IN_USE) });

/** Any bytes, for documents. */
const FILE = { schema: { type: 'string', format: 'binary' } };
const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/tiff', 'image/avif', 'application/octet-stream'];

/** Where it is kept which photos a camera is coloured after, and the folder for those that are sent here. */
export type PhotoKeeper = Pick<CameraSet, 'keep' | 'photos'>;

/** The daylight photos that a camera is coloured after. */
export function addReferenceRoutes(app: FastifyInstance, cameras: readonly Camera[], set?: PhotoKeeper): void {
  const api = app.withTypeProvider<ZodTypes>();
  const tags = ['references'];
  const path = '/api/cameras/:id/references';
  const shelfOf = ({ id }: { readonly id: string }): ReferenceShelf => shelf(findCamera(cameras, id));
  const folder = set?.photos === undefined ? undefined : new PhotoFolder(set.photos);

  /** Keeps which photos are in use, where all of them are there after a restart too. */
  const keep = async (id: string, photos: ReferenceShelf): Promise<void> => {
    const inUse = photos.addressesInUse();
    if (inUse !== undefined) await set?.keep(id, { references: [...inUse] });
    await folder?.keepOnly(id, photos.addresses());
  };

  // Photos come as they are, their format in the content type; anything else is JSON.
  const raw = { parseAs: 'buffer', bodyLimit: MOST_PHOTO_BYTES } as const;
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser(/^(?:image\/[a-z.+-]+|application\/octet-stream)$/, raw, (_, body, done) => {
    done(null, body);
  });

  const all = { tags, params: cameraPath, response: { 200: photosAnswer } };
  api.get(path, { ...needs('view'), schema: { ...all, summary: 'Photos, oldest first' } }, ({ params }) => ({
    references: shelfOf(params).list(),
  }));

  api.post(
    path,
    {
      ...needs('operate'),
      bodyLimit: MOST_PHOTO_BYTES,
      schema: {
        ...{ tags, params: cameraPath, querystring: upload, response: { 201: photoAnswer } },
        summary: 'Add a photo and colour after it alone from now on',
        body: { content: Object.fromEntries(PHOTO_TYPES.map((type) => [type, FILE])) },
      },
    },
    async ({ params, query, body }, reply) => {
      if (!(body instanceof Uint8Array) || body.length === 0) {
        throw new DaylitError('REQUEST_INVALID', 'the body is no photo; send it with its content type, as image/jpeg');
      }
      const photos = shelfOf(params);
      const { id } = params;
      const added = await photos.add(query.name, body, folder && (() => folder.save(id, query.name, body)));
      await keep(id, photos);
      return reply.code(201).send(added);
    },
  );

  api.put(
    path,
    { ...needs('operate'), schema: { ...all, summary: 'Colour after these photos together', body: choice } },
    async ({ params, body }) => {
      const references = shelfOf(params);
      await references.use(body.use);
      await keep(params.id, references);
      return { references: references.list() };
    },
  );

  api.delete(
    `${path}/:photo`,
    { ...needs('operate'), schema: { tags, params: photoPath, summary: 'Forget a photo', response: { 204: nothing } } },
    async ({ params }, reply) => {
      const photos = shelfOf(params);
      await photos.remove(params.photo);
      await keep(params.id, photos);
      return reply.code(204).send();
    },
  );

  api.get(
    `${path}/:photo/preview.jpg`,
    {
      ...needs('view'),
      schema: {
        ...{ tags, params: photoPath, summary: 'A small JPEG of a photo' },
        response: { 200: file('image/jpeg', 'A picture') },
      },
    },
    // A photo never changes under its id.
    async ({ params }, reply) =>
      reply
        .type('image/jpeg')
        .header('cache-control', 'private, max-age=3600')
        .send(await shelfOf(params).preview(params.photo)),
  );
}

function shelf({ id, references }: Camera): ReferenceShelf {
  if (references === undefined) throw new DaylitError('REQUEST_INVALID', `${id} takes no photos`);
  return references;
}
