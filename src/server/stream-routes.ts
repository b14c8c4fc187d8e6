import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HlsOutput, ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { needs } from './auth-access.js';
import type { CameraList } from './camera-list.js';
import { endlessAnswer } from './endless-answer.js';
import { findCamera } from './find-camera.js';
import { picture } from './picture-routes.js';
import { file, type ZodTypes } from './zod-schemas.js';

const cameraPath = z.object({ camera: z.string() });
const segmentPath = z.object({ camera: z.string(), segment: z.string().regex(/^\d{1,15}\.ts$/) });

/** H.264 for other software: as one endless MPEG-TS, and as HLS. One encoder for both, and for all who watch. */
export function addStreamRoutes(app: FastifyInstance, list: CameraList, clock: Clock): void {
  const { cameras } = list;
  const api = app.withTypeProvider<ZodTypes>();
  api.get('/stream.ts', picture('H.264 as MPEG-TS', 'video/mp2t'), async ({ query: { camera: id, which } }, reply) => {
    const camera = findCamera(cameras, id);
    const video = camera.picture.transport(which);
    await video.check();
    const stops: (() => void)[] = [];
    const socket = endlessAnswer(reply, 'video/mp2t', () => {
      for (const stop of stops) stop();
    });
    const client = new ViewerClient(socket, clock);
    stops.push(
      video.watch({
        onPiece: ({ keyframe, bytes }) => {
          client.offer({ keyframe, message: () => bytes });
        },
        // A reader that is cut off comes again, or says so.
        onFailure: () => {
          socket.terminate();
        },
      }),
      camera.onChange(() => {
        client.tend();
      }),
      list.onGone(camera, () => {
        socket.end();
      }),
    );
  });

  // Cameras come and go; an output goes with its own.
  const outputs = new WeakMap<Camera, HlsOutput>();
  const hlsOf = (id: string): HlsOutput => {
    const camera = findCamera(cameras, id);
    const known = outputs.get(camera);
    if (known !== undefined) return known;
    const output = new HlsOutput(camera.picture.transport('colour'), clock, Date.now);
    outputs.set(camera, output);
    camera.onChange(() => {
      output.tend();
    });
    return output;
  };
  const hls = <T>(
    params: T,
    summary: string,
    type: string,
  ): ReturnType<typeof needs> & { schema: { tags: string[]; summary: string; params: T; response: object } } => ({
    ...needs('view', { tokenInQuery: true }),
    schema: { tags: ['pictures'], summary, params, response: { 200: file(type, summary) } },
  });
  api.get(
    '/hls/:camera/index.m3u8',
    hls(cameraPath, 'H.264 as HLS: the playlist', 'application/vnd.apple.mpegurl'),
    async (request, reply) => {
      const playlist = await hlsOf(request.params.camera).playlist(tokenOf(request));
      return reply.type('application/vnd.apple.mpegurl').send(playlist);
    },
  );
  api.get('/hls/:camera/:segment', hls(segmentPath, 'H.264 as HLS: a segment', 'video/mp2t'), ({ params }, reply) =>
    reply.type('video/mp2t').send(hlsOf(params.camera).segment(Number.parseInt(params.segment, 10))),
  );
  app.addHook('preClose', () => {
    for (const camera of cameras) outputs.get(camera)?.end();
    return Promise.resolve();
  });
}

/** Players send no headers of ours with segments: a token in the list's address is one in theirs too. */
function tokenOf({ url }: Pick<FastifyRequest, 'url'>): string {
  const token = new URL(url, 'http://daylit').searchParams.get('token');
  return token === null ? '' : `?token=${encodeURIComponent(token)}`;
}
