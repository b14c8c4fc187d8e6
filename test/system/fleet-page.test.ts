import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { WebSocket } from 'ws';
import { pageToken } from '../../src/fleet/page-token.js';
import { EventReader } from '../../src/fleet/worker-events.js';
import { FLEET_KEY, FleetProcess, until } from '../fakes/fleet-process.js';
import { RedisServer } from '../fakes/redis.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const JPEG_START = Buffer.from([0xff, 0xd8]);

suite('the page of a fleet', () => {
  test('shows the cameras of all workers, and finds one again whose worker is killed', async (t) => {
    const folder = await temporaryFolder(t);
    const redis = await RedisServer.start(t);
    const daylit = (...args: string[]): FleetProcess => new FleetProcess(t, redis.url, args, folder);
    const camera = (id: string): string =>
      `  ${id}: {input: 'synthetic:street?size=80x60&fps=5&frames=endless', palette: ironbow, references: []}`;
    await writeFile(join(folder, 'cameras.yml'), ['cameras:', camera('yard'), camera('gate')].join('\n'));
    const workers = ['first', 'second'].map((name) =>
      daylit('work', '--cameras', '2', '--name', name, '--listen', '127.0.0.1:0'),
    );
    for (const worker of workers) await worker.told('ready');
    daylit('fleet', 'cameras.yml');
    const page = daylit('serve', '--queue', redis.url, '--port', '0');
    const address = await until('the page', () => /http:\/\/127\.0\.0\.1:\d+/.exec(page.said)?.[0]);
    const listed = async (): Promise<readonly string[]> => {
      const { cameras } = (await (await fetch(`${address}/api/cameras`)).json()) as {
        cameras: readonly { readonly id: string }[];
      };
      return cameras.map(({ id }) => id).sort();
    };
    await until('both cameras', async () => ((await listed()).join() === 'gate,yard' ? true : undefined));
    const picture = async (): Promise<Buffer | undefined> => {
      const answer = await fetch(`${address}/snapshot.jpg?camera=yard`);
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
    };
    const jpeg = await until('a picture', picture);
    assert.deepEqual(jpeg.subarray(0, 2), JPEG_START);
    assert.equal((await fetch(`${address}/api/cameras/nobody`)).status, 404);

    const stop = new AbortController();
    t.after(() => {
      stop.abort();
    });
    const told: { readonly event: string; readonly data: Readonly<Record<string, unknown>> }[] = [];
    const events = await fetch(`${address}/api/events`, { signal: stop.signal });
    void (async () => {
      const reader = new EventReader();
      const decoder = new TextDecoder();
      for await (const piece of events.body ?? []) told.push(...reader.push(decoder.decode(piece as Uint8Array)));
    })().catch(() => undefined);
    const tells = (id: string, from: number): true | undefined =>
      told.slice(from).some(({ event, data }) => event === 'camera' && data['id'] === id) || undefined;
    await until('events of both', () => tells('yard', 0) && tells('gate', 0));

    const live = new WebSocket(`${address.replace('http', 'ws')}/api/cameras/yard/live`);
    t.after(() => {
      live.terminate();
    });
    live.on('error', () => undefined);
    await new Promise<void>((resolve) =>
      live.on('message', (_, isBinary) => {
        if (isBinary) resolve();
      }),
    );
    const closed = once(live, 'close');
    const holder = workers.findIndex(({ events }) =>
      events.some(({ event, of }) => event === 'taken' && of === 'yard'),
    );
    workers[holder]?.signal('SIGKILL');
    await closed;
    await workers[1 - holder]?.told('taken', 'yard');
    assert.deepEqual((await until('a picture of the other', picture)).subarray(0, 2), JPEG_START);
    const before = told.length;
    await until('events of the other', () => tells('yard', before));
    await until('both again', async () => ((await listed()).join() === 'gate,yard' ? true : undefined));
  });

  test('a worker shows its cameras to the fleet alone, and its life to anybody', async (t) => {
    const folder = await temporaryFolder(t);
    const redis = await RedisServer.start(t);
    const args = ['work', '--cameras', '1', '--name', 'one', '--listen', '127.0.0.1:0'];
    const worker = new FleetProcess(t, redis.url, args, folder);
    await worker.told('ready');
    const said = await until('its address', async () => (await redis.client.get('daylit:worker:one')) ?? undefined);
    const { address } = JSON.parse(said) as { address: string };
    const ask = async (path: string, token?: string): Promise<number> =>
      (await fetch(`${address}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }))
        .status;
    assert.equal(await ask('/livez'), 200);
    assert.equal(await ask('/api/cameras'), 401);
    assert.equal(await ask('/api/cameras', pageToken(`${FLEET_KEY}-another`).token), 401);
    assert.equal(await ask('/api/cameras', pageToken(FLEET_KEY).token), 200);
  });
});
