import type { TestContext } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { createServer, type ServerOptions } from '../../src/server/create-server.js';

/** What a request was answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Of a failure. */
  readonly code: string | undefined;
  readonly json: unknown;
}

/** A server that does not listen, and how to ask it. */
export interface Served {
  readonly app: FastifyInstance;
  readonly ask: (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object | string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
}

/** Serves these cameras until the test ends. */
export async function serve(t: TestContext, options: Omit<ServerOptions, 'names'>): Promise<Served> {
  const app = await createServer({ ...options, names: [] });
  t.after(() => app.close());
  return {
    app,
    ask: async (method, url, payload, headers = {}) => {
      const request: InjectOptions = { method, url, headers: { host: 'localhost', ...headers } };
      const answer = await app.inject(payload === undefined ? request : { ...request, payload });
      const json: unknown = /json/.test(String(answer.headers['content-type'])) ? answer.json() : undefined;
      const { error } = (json ?? {}) as { readonly error?: { readonly code: string } };
      const { statusCode: status, headers: got, payload: text } = answer;
      return { status, headers: got, text, code: error?.code, json };
    },
  };
}
