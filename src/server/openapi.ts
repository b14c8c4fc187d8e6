import { fastifySwagger } from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { z } from 'zod';
import { errorAnswerSchema } from './answers.js';
import { needs } from './auth-access.js';
import { jsonSchemaOf } from './zod-schemas.js';

type Json = Readonly<Record<string, unknown>>;

/** Writes down every route that is added after it, as OpenAPI 3.1, from the schemas that the routes work by. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'daylit',
        version,
        description:
          'Thermal cameras in daylight colour. Colours are made up by a model or a palette, never measured. ' +
          'Frames for programs come over WebSocket: /asyncapi.json.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }, {}],
    },
    transform: ({ schema, url, route }) => {
      const described = inJson(schema);
      const open = route.config?.access === 'public' ? { security: [] } : {};
      const role = route.config?.access === undefined ? {} : { 'x-role': route.config.access };
      return { url, schema: { ...described, ...open, ...role } };
    },
  });
}

/** Serves what is written down. To be called after all other routes. */
export function addOpenApiRoute(app: FastifyInstance): void {
  const schema = {
    ...{ tags: ['documents'], summary: 'This document' },
    response: { 200: { type: 'object', description: 'OpenAPI 3.1' } },
  };
  app.get('/openapi.json', { ...needs('view'), schema }, () => app.swagger());
}

/** A route's schema with JSON Schema in place of zod, and with how it tells failures. */
function inJson(schema: FastifySchema = {}): Json {
  const { params, querystring, body, response = {}, ...rest } = schema;
  const answers = Object.entries(response as Json).map(([status, answer]) => [status, json(answer)] as const);
  return {
    ...rest,
    ...(params === undefined ? {} : { params: json(params) }),
    ...(querystring === undefined ? {} : { querystring: json(querystring) }),
    ...(body === undefined ? {} : { body: json(body) }),
    response: {
      ...Object.fromEntries(answers),
      default: { description: 'Why not', ...jsonSchemaOf(errorAnswerSchema) },
    },
  };
}

function json(schema: unknown): unknown {
  return schema instanceof z.ZodType ? jsonSchemaOf(schema) : schema;
}
