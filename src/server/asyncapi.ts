import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { cameraAnswer, errorAnswerSchema } from './answers.js';
import { needs } from './auth-access.js';
import { framesQuery, programSays } from './frames-socket.js';
import { jsonSchemaOf } from './zod-schemas.js';

const statusMessage = z.object({ status: cameraAnswer });

/** The WebSockets as AsyncAPI 3.0, from the schemas that they work by. */
export function asyncApi(version: string): Readonly<Record<string, unknown>> {
  const camera = { id: { description: 'As /api/cameras lists it.' } };
  const message = (name: string): { readonly $ref: string } => ({ $ref: `#/components/messages/${name}` });
  const reference = (channel: string, name: string): { readonly $ref: string } => ({
    $ref: `#/channels/${channel}/messages/${name}`,
  });
  return {
    asyncapi: '3.0.0',
    info: { title: 'daylit', version, description: 'Frames for programs, and pictures for viewers, over WebSocket.' },
    defaultContentType: 'application/json',
    channels: {
      frames: {
        address: '/api/cameras/{id}/frames',
        description: 'Frames for programs, each for one credit.',
        parameters: camera,
        messages: {
          frame: message('frame'),
          status: message('status'),
          error: message('error'),
          says: message('says'),
        },
        bindings: { ws: { method: 'GET', query: jsonSchemaOf(framesQuery) } },
      },
      live: {
        address: '/api/cameras/{id}/live',
        description: 'Pictures for the page.',
        parameters: camera,
        messages: { picture: message('picture'), camera: message('camera') },
        bindings: { ws: { method: 'GET' } },
      },
    },
    operations: {
      readFrames: {
        action: 'send',
        channel: { $ref: '#/channels/frames' },
        messages: ['frame', 'status', 'error'].map((name) => reference('frames', name)),
      },
      askForFrames: {
        action: 'receive',
        channel: { $ref: '#/channels/frames' },
        messages: [reference('frames', 'says')],
      },
      watch: {
        action: 'send',
        channel: { $ref: '#/channels/live' },
        messages: ['picture', 'camera'].map((name) => reference('live', name)),
      },
    },
    components: {
      messages: {
        frame: binary('A frame: header, JSON, pixels, as the table in docs/protocol.md says.'),
        picture: binary('A picture for the page, as src/sinks/viewer-protocol.ts says.'),
        status: {
          summary: 'Where the camera stands: at first, at every change, once a second.',
          payload: jsonSchemaOf(statusMessage),
        },
        camera: { summary: 'Where the camera stands, and what this viewer got.', payload: jsonSchemaOf(cameraAnswer) },
        error: { summary: 'What was wrong with what the program said.', payload: jsonSchemaOf(errorAnswerSchema) },
        says: {
          summary: 'How many more frames the program takes, what it has found, or both.',
          payload: jsonSchemaOf(programSays),
        },
      },
    },
  };
}

/** Serves the document. */
export function addAsyncApiRoute(app: FastifyInstance, version: string): void {
  const document = asyncApi(version);
  const schema = {
    ...{ tags: ['documents'], summary: 'The WebSockets' },
    response: { 200: { type: 'object', description: 'AsyncAPI 3.0' } },
  };
  app.get('/asyncapi.json', { ...needs('view'), schema }, () => document);
}

function binary(summary: string): Readonly<Record<string, unknown>> {
  return { summary, contentType: 'application/octet-stream', payload: { type: 'string', format: 'binary' } };
}
