import type { FastifyInstance, FastifyTypeProvider } from 'fastify';
import { z } from 'zod';
import { invalid } from './parsed.js';

/** Types of handlers from the zod schemas of their routes. */
export interface ZodTypes extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  readonly serializer: unknown;
}

/**
 * Makes routes take zod schemas: parameters, query and body are parsed by them, and what they say wrong is told as
 * REQUEST_INVALID. Answers are not filtered by theirs; the tests hold them to it.
 */
export function useZod(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) => (value: unknown) => {
    if (!(schema instanceof z.ZodType)) return { value };
    const result = schema.safeParse(value);
    return result.success ? { value: result.data } : { error: invalid(result.error, httpPart) };
  });
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
}

/** A zod schema as JSON Schema 2020-12. Objects are open unless they are strict. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  delete json.$schema;
  return json;
}

/** An answer that is a file of this type, for documents. */
export function file(type: string, description: string): Readonly<Record<string, unknown>> {
  return { description, content: { [type]: { schema: { type: 'string', format: 'binary' } } } };
}
