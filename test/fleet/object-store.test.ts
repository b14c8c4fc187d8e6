import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { ObjectStore } from '../../src/fleet/object-store.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const ADDRESS = { bucket: 'colour', key: 'a.mp4' };
const NO_SIGNAL = new AbortController().signal;

/** A store whose server answers as each test has it, and what was asked of it. */
async function storeThat(
  t: TestContext,
  answer: (request: IncomingMessage, count: number) => readonly [number, string?, Record<string, string>?] | 'break',
): Promise<{ readonly put: () => Promise<number>; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume().on('end', () => {
      const condition = request.headers['if-none-match'] === undefined ? '' : ' once';
      asked.push(`${request.method ?? ''}${condition}`);
      const said = answer(request, asked.length);
      if (said === 'break') request.socket.destroy();
      else response.writeHead(said[0], said[2]).end(request.method === 'HEAD' ? undefined : said[1]);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const path = join(await temporaryFolder(t), 'a.mp4');
  await writeFile(path, 'colours');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = new ObjectStore({ endpoint, region: 'here', accessKeyId: 'id', secretAccessKey: 'secret' });
  const upload = { mark: 'mine', mayFinish: () => Promise.resolve(), signal: NO_SIGNAL };
  return { put: () => store.put(path, ADDRESS, upload), asked };
}

const MINE = { 'x-amz-meta-daylit-job': 'mine' };

suite('objects over a network that fails', () => {
  test('busy servers and broken connections are tried again', async (t) => {
    const { put, asked } = await storeThat(t, (_, count) => (count === 1 ? [503] : count === 2 ? 'break' : [200]));
    assert.equal(await put(), 7);
    assert.deepEqual(asked, ['PUT once', 'PUT once', 'PUT once']);
  });

  test('after four tries it is said, as what may go well later', async (t) => {
    const { put, asked } = await storeThat(t, () => [500, '<Error><Code>InternalError</Code></Error>']);
    await assert.rejects(put(), { code: 'OUTPUT_UNREACHABLE', detail: 's3://colour/a.mp4: InternalError' });
    assert.equal(asked.length, 4);
  });

  test('a result whose answer was lost is found to be there', async (t) => {
    const { put, asked } = await storeThat(t, ({ method }, count) =>
      count === 1 ? 'break' : method === 'HEAD' ? [200, '', MINE] : [412],
    );
    assert.equal(await put(), 7);
    assert.deepEqual(asked, ['PUT once', 'PUT once', 'HEAD']);
  });

  test('a server without conditions is asked before, and then without', async (t) => {
    const { put, asked } = await storeThat(t, ({ method, headers }) =>
      method === 'HEAD' ? [404] : headers['if-none-match'] === undefined ? [200] : [501],
    );
    assert.equal(await put(), 7);
    assert.deepEqual(asked.slice(-2), ['HEAD', 'PUT']);
  });

  test('refusals are told at once, by their codes', async (t) => {
    for (const [status, body, code] of [
      [403, '<Error><Code>AccessDenied</Code><Key>secret</Key></Error>', 'OUTPUT_UNWRITABLE'],
      [507, '<Error><Code>XMinioStorageFull</Code></Error>', 'OUTPUT_FULL'],
      [301, '', 'OUTPUT_UNWRITABLE'],
      [200, '<Error><Code>InternalError</Code></Error>', 'OUTPUT_UNREACHABLE'],
    ] as const) {
      const { put } = await storeThat(t, ({ method }) => (method === 'HEAD' ? [404] : [status, body]));
      await assert.rejects(put(), (thrown: Error & { code?: string }) => {
        assert.equal(thrown.code, code, String(status));
        assert.doesNotMatch(thrown.message, /secret/);
        return true;
      });
    }
  });
});
