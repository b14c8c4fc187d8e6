import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ERRORS } from '../../src/core/errors.js';
import { packageRoot } from '../../src/core/package-root.js';
import { cameraAnswer } from '../../src/server/answers.js';
import { FRAME_FORMATS } from '../../src/sinks/frames-protocol.js';
import { serve, type Served } from '../fakes/served.js';
import { ServedCamera } from '../fakes/served-camera.js';

interface Operation {
  readonly summary?: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

function compiled(schema: object): ValidateFunction {
  return new Ajv2020({ strict: false, formats: { binary: true, 'date-time': true } }).compile(schema);
}

/** Holds an answer to what the document says about it. */
function answersBySchema({ responses }: Operation, status: number, type: string, body: unknown, where: string): void {
  const response = responses[status] ?? responses.default;
  assert.ok(response !== undefined, `${where}: ${status} is not described`);
  if (status === 204) return;
  const content = response.content?.[type];
  assert.ok(content !== undefined, `${where}: ${status} as ${type} is not described`);
  const validate = compiled(content.schema);
  assert.ok(validate(body), `${where}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(body)}`);
}

async function documentOf({ ask }: Served): Promise<Document> {
  return (await ask('GET', '/openapi.json')).json as Document;
}

suite('OpenAPI', () => {
  test('every route is in it, with a summary, or is a part of the page', async (t) => {
    const camera = new ServedCamera('roof');
    const served = await serve(t, { cameras: [camera] });
    const { paths } = await documentOf(served);
    const described = new Set(
      Object.entries(paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, { summary }]) => {
          assert.ok(summary !== undefined && summary !== '', `${method} ${path} has no summary`);
          return `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`;
        }),
      ),
    );
    const all = served.app.doors.filter(({ method }) => method !== 'HEAD').map(({ method, url }) => `${method} ${url}`);
    assert.ok(all.length > 20);
    const missing = all.filter((route) => !described.has(route));
    assert.deepEqual(
      missing.filter((route) => !/^GET (?:\/|\/login|\/(?:server\/viewer|sinks|thermal)\/[\w.-]+)$/.test(route)),
      [],
    );
    for (const route of described) assert.ok(all.includes(route), `${route} is no route`);
  });

  test('every route answers by it: when all is well, for a camera that there is not, and for what is wrong', async (t) => {
    const camera = new ServedCamera('roof');
    camera.celsius = 20;
    const served = await serve(t, { cameras: [camera] });
    await camera.show(10, 20);
    camera.detections.add({ detections: [{ label: 'car', score: 1, box: [0, 0, 1, 1] }] });
    const { paths } = await documentOf(served);
    const bodies: Readonly<Record<string, object>> = {
      'POST /api/cameras': { input: 'synthetic:street' },
      'PATCH /api/cameras/:id': { smoothing: 0.5 },
      'PUT /api/cameras/:id/outputs': { outputs: [] },
      'PUT /api/cameras/:id/references': { use: ['r1'] },
      'POST /api/cameras/:id/detections': { detections: [] },
    };
    // These never end, or must come last.
    const endless = /^\/(?:stream|hls|api\/events)/;
    const order = Object.keys(paths).sort((a, b) => Number(a.includes('{photo}')) - Number(b.includes('{photo}')));
    let wellAnswered = 0;
    for (const path of order.filter((candidate) => !endless.test(candidate))) {
      for (const [name, operation] of Object.entries(paths[path] ?? {})) {
        const method = METHODS.find((candidate) => candidate.toLowerCase() === name) as Method;
        const body = bodies[`${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`];
        const query = path.endsWith('/temperature') ? '?x=0.5&y=0.5' : '';
        for (const [id, payload] of [
          ['roof', body],
          ['cellar', body],
          ['roof', { nonsense: [] }],
        ] as const) {
          const url = `${path.replace('{id}', id).replace('{photo}', 'r1')}${query}`;
          const answer = await served.ask(method, url, method === 'GET' ? undefined : payload);
          const type = String(answer.headers['content-type']).replace(/;.*/, '');
          assert.ok(answer.status < 500 || answer.status === 503, `${method} ${url}: ${answer.text}`);
          answersBySchema(operation, answer.status, type, answer.json ?? answer.text, `${method} ${url}`);
          if (answer.status < 300) wellAnswered += 1;
          if (answer.code !== undefined) assert.ok(Object.hasOwn(ERRORS, answer.code));
        }
      }
    }
    assert.ok(wellAnswered > 20, String(wellAnswered));
  });

  test('names all that is told of a camera', () => {
    const told = Object.keys(new ServedCamera('roof').status());
    assert.deepEqual(
      told.filter((key) => !Object.hasOwn(cameraAnswer.shape, key)),
      [],
    );
  });

  test('says of each route which role it asks for', async (t) => {
    const { paths } = await documentOf(await serve(t, { cameras: [new ServedCamera('roof')] }));
    const roles = (path: string): unknown[] =>
      Object.values(paths[path] ?? {}).map((operation) => (operation as { 'x-role'?: string })['x-role']);
    assert.deepEqual(roles('/api/cameras'), ['view', 'admin']);
    assert.deepEqual(roles('/livez'), ['public']);
  });
});

suite('AsyncAPI', () => {
  test('describes every WebSocket, and what it says holds', async (t) => {
    const camera = new ServedCamera('roof');
    const served = await serve(t, { cameras: [camera] });
    const document = (await served.ask('GET', '/asyncapi.json')).json as {
      asyncapi: string;
      channels: Record<
        string,
        { address: string; bindings: { ws: { query?: { properties: Record<string, object> } } } }
      >;
      components: { messages: Record<string, { payload: object }> };
    };
    assert.equal(document.asyncapi, '3.0.0');
    const addresses = Object.values(document.channels).map(({ address }) => address.replace(/\{(\w+)\}/g, ':$1'));
    assert.deepEqual(addresses.sort(), served.app.upgrades.routes.map(({ path }) => path).sort());
    const format = document.channels.frames?.bindings.ws.query?.properties.format as { enum: string[] };
    assert.deepEqual(format.enum, FRAME_FORMATS);
    const { status, says, error } = document.components.messages;
    assert.ok(compiled(status?.payload ?? {})({ status: camera.status() }));
    assert.ok(compiled(error?.payload ?? {})((await served.ask('GET', '/nowhere')).json));
    const saying = compiled(says?.payload ?? {});
    assert.ok(saying({ credit: 1, sequence: 2, detections: [{ label: 'car', score: 1, box: [0, 0, 1, 1] }] }));
    assert.ok(!saying({ credit: 0 }) && !saying({ colour: 'red' }));
    // References lead somewhere.
    for (const [, path] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = path?.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
      assert.ok(found !== undefined, path);
    }
  });

  test('docs/protocol.md lists each parameter and each format', () => {
    const page = readFileSync(join(packageRoot(), 'docs/protocol.md'), 'utf8');
    for (const word of [...FRAME_FORMATS, 'format', 'which', 'size', 'fps'])
      assert.ok(page.includes(`\`${word}\``), word);
  });
});
