import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { Queue } from 'bullmq';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { ARCHIVE_QUEUE } from '../../src/fleet/archive-job.js';
import { FENCING_LOG_KEY } from '../../src/fleet/camera-job.js';
import { queueAddress } from '../../src/fleet/queue-address.js';
import { sign } from '../../src/fleet/signed.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { FLEET_KEY, FleetProcess, until } from '../fakes/fleet-process.js';
import { packetTimes } from '../fakes/inspect-video.js';
import { RedisServer } from '../fakes/redis.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const FRAMES = 60;

interface Scene {
  readonly redis: RedisServer;
  readonly folder: string;
  readonly daylit: (...args: string[]) => FleetProcess;
}

async function scene(t: TestContext): Promise<Scene> {
  const folder = await temporaryFolder(t);
  const redis = await RedisServer.start(t);
  return { redis, folder, daylit: (...args) => new FleetProcess(t, redis.url, args, folder) };
}

/** Recordings that differ, the last one long enough to be split. */
async function makeArchive(folder: string, count: number): Promise<void> {
  const binary = await findFfmpeg({});
  for (let n = 0; n < count; n += 1) {
    const seconds = n === count - 1 ? 12 : FRAMES / 25;
    const graph = `testsrc2=size=${64 + 2 * n}x48:rate=25:duration=${seconds},hue=s=0`;
    await makeClip(binary, [lavfi(graph)], join(folder, `clip-${n}.mp4`), '-g', '25', '-pix_fmt', 'yuv420p');
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** Who took and left a camera, in the order in which they said so. */
async function fencingLog(
  redis: RedisServer,
  camera: string,
): Promise<readonly { readonly fence: number; readonly line: string }[]> {
  const entries = await redis.client.xrange(FENCING_LOG_KEY, '-', '+');
  return entries
    .map(([, [, worker, , id, , fence, , what]]) => ({
      worker,
      id,
      ...{ fence: Number(fence), line: `${worker ?? ''} ${what ?? ''}` },
    }))
    .filter(({ id }) => id === camera);
}

suite('a fleet', () => {
  test('colours an archive, each recording once, though one worker is killed and one stands still', async (t) => {
    const { redis, folder, daylit } = await scene(t);
    await writeFile(join(folder, 'noise.txt'), 'no recording');
    await makeArchive(folder, 8);
    const put = daylit('enqueue', folder, '-o', join(folder, 'colour'), '--palette', 'ironbow', '--part', '4');
    await put.closed;
    assert.equal(put.events.length, 8, put.said);
    const [killed, paused, steady] = ['killed', 'paused', 'steady'].map((name) =>
      daylit('work', '--root', folder, '--name', name),
    );
    assert.ok(killed !== undefined && paused !== undefined && steady !== undefined);
    await killed.told('begun');
    killed.signal('SIGKILL');
    await paused.told('begun');
    paused.signal('SIGSTOP');
    const jobs = new Queue(ARCHIVE_QUEUE, { connection: queueAddress(redis.url).options });
    t.after(() => jobs.close());
    await until('all jobs done', async () => ((await jobs.getJobCountByTypes('completed')) === 11 ? true : undefined));
    paused.signal('SIGCONT');
    // What it had in hand is another's by now: it must throw it away before it may stop.
    paused.signal('SIGTERM');
    await paused.closed;
    assert.equal(await jobs.getJobCountByTypes('failed', 'active', 'waiting', 'delayed'), 0);
    const colour = join(folder, 'colour');
    const names = Array.from({ length: 8 }, (_, n) => `clip-${n}.mp4`);
    assert.deepEqual(await filesBelow(colour), names, 'nothing is left under another name');
    for (const name of names) {
      assert.deepEqual(await packetTimes(join(colour, name)), await packetTimes(join(folder, name)), name);
    }
    const again = daylit('enqueue', folder, '-o', colour, '--palette', 'ironbow', '--part', '4');
    await again.closed;
    assert.ok(
      again.events.every((event) => 'state' in event && event.state === 'known'),
      again.said,
    );
    assert.doesNotMatch(put.said + steady.said + paused.said, /not-to-be-told/);
  });

  test('refuses jobs that are forged, or lead out of its folders, and does the next one', async (t) => {
    const { redis, folder, daylit } = await scene(t);
    await makeArchive(folder, 1);
    const jobs = new Queue(ARCHIVE_QUEUE, { connection: queueAddress(redis.url).options });
    t.after(() => jobs.close());
    const content = '0'.repeat(64);
    const job = {
      kind: 'colouring',
      content,
      photos: [],
      colours: { palette: 'ironbow' },
      output: join(folder, 'out.mp4'),
    };
    const inside = { ...job, input: join(folder, 'clip-0.mp4') };
    await jobs.add('outside', sign({ ...job, input: '/etc/passwd' }, ARCHIVE_QUEUE, FLEET_KEY));
    await jobs.add('forged', sign(inside, ARCHIVE_QUEUE, 'another-key-that-nobody-knows-of'));
    await jobs.add('poisoned', { payload: '{', signature: '' });
    await jobs.add('right', sign(inside, ARCHIVE_QUEUE, FLEET_KEY), { jobId: 'right' });
    const worker = daylit('work', '--root', folder);
    await worker.told('done', join(folder, 'out.mp4'));
    const failed = await jobs.getFailed();
    assert.deepEqual(
      failed.map(({ failedReason }) => failedReason.split(':')[0]),
      Array(3).fill('JOB_REFUSED'),
    );
  });

  test('keeps cameras alive: one worker is killed, one stands still, one stops; never two under one name', async (t) => {
    const { redis, folder, daylit } = await scene(t);
    await writeFile(
      join(folder, 'cameras.yml'),
      [
        'cameras:',
        '  yard:',
        "    input: 'synthetic:street?size=80x60&fps=5&frames=endless'",
        '    palette: ironbow',
        '    references: []',
        `    outputs: ['${folder}/yard.ts']`,
      ].join('\n'),
    );
    const first = daylit('work', '--root', folder, '--jobs', '0', '--cameras', '1', '--name', 'first');
    await first.told('ready');
    daylit('fleet', 'cameras.yml');
    const { fence: least = NaN } = await first.told('taken', 'yard');
    const second = daylit('work', '--root', folder, '--jobs', '0', '--cameras', '1', '--name', 'second');
    await second.told('ready');
    first.signal('SIGKILL');
    assert.equal((await second.told('taken', 'yard')).fence, least + 1);

    const third = daylit('work', '--root', folder, '--jobs', '0', '--cameras', '1', '--name', 'third');
    await third.told('ready');
    second.signal('SIGSTOP');
    assert.equal((await third.told('taken', 'yard')).fence, least + 2);
    second.signal('SIGCONT');
    await second.told('lost', 'yard');

    third.signal('SIGTERM');
    await third.told('given back', 'yard');
    const again = await until('second again', () => second.events.find(({ fence }) => fence === least + 3));
    assert.equal(again.event, 'taken');
    assert.deepEqual(
      (await fencingLog(redis, 'yard')).map(({ fence, line }) => `${fence - least + 1} ${line}`),
      ['1 first taken', '2 second taken', '3 third taken', '2 second lost', '4 second taken', '3 third given back'],
    );
    const files = (await filesBelow(folder)).filter((name) => name.startsWith('yard'));
    const right = [0, 1, 2, 3].map((more) => `yard-${least + more}.ts`);
    assert.ok(
      files.every((name) => right.includes(name)),
      files.join(),
    );
  });

  test('cameras run on while Redis is away, also one that comes back without its memory', async (t) => {
    const { redis, folder, daylit } = await scene(t);
    const text =
      "cameras: {yard: {input: 'synthetic:street?size=80x60&fps=5&frames=endless', palette: ironbow, outputs: [yard/]}}";
    await writeFile(join(folder, 'cameras.yml'), text);
    const worker = daylit('work', '--root', folder, '--jobs', '0', '--cameras', '1', '--name', 'first');
    await worker.told('ready');
    daylit('fleet', 'cameras.yml');
    await worker.told('taken', 'yard');
    const shown = async (): Promise<number> =>
      (await filesBelow(folder)).filter((name) => name.endsWith('.png')).length;
    await until('pictures', async () => ((await shown()) > 0 ? true : undefined));
    await redis.stop();
    const before = await shown();
    await until('more pictures', async () => ((await shown()) > before + 10 ? true : undefined));
    assert.deepEqual(
      worker.events.filter(({ event }) => event === 'lost'),
      [],
    );
    redis.begin();
    await redis.client.ping();
    const again = await until('taken again', () => worker.events.filter(({ event }) => event === 'taken')[1]);
    assert.equal(again.of, 'yard');
    const fences = worker.events.filter(({ event }) => event === 'taken').map(({ fence = 0 }) => fence);
    assert.ok((fences[1] ?? 0) > (fences[0] ?? Infinity), 'a token is given out once, whatever Redis has forgotten');
    await redis.stop();
    worker.signal('SIGTERM');
    await worker.closed;
  });
});
