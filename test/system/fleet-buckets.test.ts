import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Queue } from 'bullmq';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { ARCHIVE_QUEUE, type JobResult } from '../../src/fleet/archive-job.js';
import { ObjectStore, type Upload } from '../../src/fleet/object-store.js';
import { queueAddress } from '../../src/fleet/queue-address.js';
import { sign, type SignedPayload } from '../../src/fleet/signed.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { FLEET_KEY, FleetProcess, until } from '../fakes/fleet-process.js';
import { packetTimes } from '../fakes/inspect-video.js';
import { RedisServer } from '../fakes/redis.js';
import { S3Server } from '../fakes/s3-server.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const upload = (mark: string): Upload => ({
  mark,
  mayFinish: () => Promise.resolve(),
  signal: new AbortController().signal,
});
/** Signs must hold for every name, also one of letters that signatures spell otherwise. */
const ODD_KEY = "a/Straße & Hof (1)+'*!~.mp4";

suite('a store that speaks S3', () => {
  test('keeps small and large files by the byte, of one job each', async (t) => {
    const [server, folder] = [await S3Server.start(t), await temporaryFolder(t)];
    const store = new ObjectStore(server.access);
    const [small, large, back] = ['small.mp4', 'large.mp4', 'back.mp4'].map((name) => join(folder, name));
    assert.ok(small !== undefined && large !== undefined && back !== undefined);
    await writeFile(small, randomFillSync(new Uint8Array(1000)));
    await writeFile(large, randomFillSync(new Uint8Array(16 * 1024 * 1024 + 5)));
    for (const [path, key] of [[small, ODD_KEY] as const, [large, 'large.mp4'] as const]) {
      const address = { bucket: 'colour', key };
      const bytes = await readFile(path);
      assert.equal(await store.find(address), undefined);
      const refused = { ...upload('job-a'), mayFinish: () => Promise.reject(new Error('not mine')) };
      await assert.rejects(store.put(path, address, refused), /not mine/);
      assert.equal(await store.find(address), undefined, 'nothing is to be seen of what may not finish');
      assert.equal(await store.put(path, address, upload('job-a')), bytes.length);
      assert.deepEqual(await store.find(address), { bytes: bytes.length, mark: 'job-a' });
      // The same job once more is done; another's result is not written over.
      assert.equal(await store.put(path, address, upload('job-a')), bytes.length);
      await assert.rejects(store.put(path, address, upload('job-b')), { code: 'OUTPUT_EXISTS' });
      assert.equal(await store.get(address, back, upload('').signal), true);
      assert.equal(sha256(await readFile(back)), sha256(bytes));
    }
    const { objects, uploads } = await server.content();
    assert.deepEqual(Object.keys(objects).sort(), [ODD_KEY, 'large.mp4'].sort());
    assert.equal(uploads, 0, 'what was begun in parts is complete or given up');
    await store.remove({ bucket: 'colour', key: ODD_KEY });
    assert.equal(await store.get({ bucket: 'colour', key: ODD_KEY }, back, upload('').signal), false);
  });

  test('refuses a wrong key and a bucket that there is not, by their codes alone', async (t) => {
    const server = await S3Server.start(t);
    const address = { bucket: 'colour', key: 'a.mp4' };
    const path = join(await temporaryFolder(t), 'a.mp4');
    await writeFile(path, 'a');
    const wrong = new ObjectStore({ ...server.access, secretAccessKey: 'a-secret-that-is-not-right' });
    await assert.rejects(wrong.put(path, address, upload('a')), {
      code: 'OUTPUT_UNWRITABLE',
      detail: 's3://colour/a.mp4: SignatureDoesNotMatch',
    });
    await assert.rejects(new ObjectStore(server.access).put(path, { ...address, bucket: 'nowhere' }, upload('a')), {
      code: 'OUTPUT_UNWRITABLE',
      detail: 's3://nowhere/a.mp4: NoSuchBucket',
    });
  });
});

suite('a fleet with results in a bucket', () => {
  test('colours whole and split recordings, once, and knows its results again', async (t) => {
    const folder = await temporaryFolder(t);
    const server = await S3Server.start(t);
    const redis = await RedisServer.start(t);
    const daylit = (...args: string[]): FleetProcess =>
      new FleetProcess(t, redis.url, args, folder, { env: server.env });
    const binary = await findFfmpeg({});
    for (const [name, seconds] of [
      ['short', 2],
      ['long', 12],
    ] as const) {
      const graph = lavfi(`testsrc2=size=64x48:rate=25:duration=${seconds},hue=s=0`);
      await makeClip(binary, [graph], join(folder, `${name}.mp4`), '-g', '25', '-pix_fmt', 'yuv420p');
    }
    const put = async (): Promise<FleetProcess> => {
      const process = daylit(
        ...['enqueue', folder, '-o', 's3://colour/of/today', '--palette', 'ironbow', '--part', '4'],
      );
      await process.closed;
      return process;
    };
    const states = ({ events }: FleetProcess): unknown[] => events.map((event) => 'state' in event && event.state);
    const first = await put();
    assert.deepEqual(states(first), ['new', 'new'], first.said);
    const worker = daylit('work', '--root', folder, '--root', 's3://colour/of', '--name', 'w');
    const jobs = new Queue<SignedPayload, JobResult>(ARCHIVE_QUEUE, { connection: queueAddress(redis.url).options });
    t.after(() => jobs.close());
    const completed = async (count: number): Promise<void> => {
      await until(`${count} jobs done: ${worker.said}`, async () =>
        (await jobs.getJobCountByTypes('completed')) === count ? true : undefined,
      );
    };
    await completed(5);
    const keys = ['of/today/long.mp4', 'of/today/short.mp4'];
    assert.deepEqual(Object.keys((await server.content()).objects), keys, 'parts are gone');
    const store = new ObjectStore(server.access);
    for (const key of keys) {
      const back = join(await temporaryFolder(t), 'back.mp4');
      await store.get({ bucket: 'colour', key }, back, upload('').signal);
      assert.deepEqual(await packetTimes(back), await packetTimes(join(folder, key.replace('of/today', ''))), key);
    }
    assert.deepEqual(states(await put()), ['known', 'known']);

    await store.remove({ bucket: 'colour', key: 'of/today/long.mp4' });
    assert.deepEqual(states(await put()), ['again', 'known']);
    await completed(5);
    assert.deepEqual(Object.keys((await server.content()).objects), keys, 'what was gone is there again');

    // A queue that has forgotten all: the results are recognised, not made again.
    await jobs.obliterate({ force: true });
    const before = worker.events.length;
    assert.deepEqual(states(await put()), ['new', 'new']);
    await until('short again', () => worker.events.slice(before).find(({ event }) => event === 'done'));
    await until('joined again', async () =>
      (await jobs.getJobCountByTypes('active', 'waiting', 'waiting-children')) === 0 ? true : undefined,
    );
    assert.deepEqual(Object.keys((await server.content()).objects), keys);
    assert.equal(await jobs.getFailedCount(), 0);

    const outside = { kind: 'colouring', content: '0'.repeat(64), input: join(folder, 'short.mp4'), photos: [] };
    const job = { ...outside, colours: { palette: 'ironbow' }, output: 's3://colour/elsewhere/a.mp4' };
    await jobs.add('outside', sign(job, ARCHIVE_QUEUE, FLEET_KEY));
    const [failed] = await until('refused', async () => {
      const all = await jobs.getFailed();
      return all.length > 0 ? all : undefined;
    });
    assert.match(failed?.failedReason ?? '', /^JOB_REFUSED/);
    const stored = (await jobs.getJobs()).map((each) => JSON.stringify(each.asJSON()));
    assert.ok(![...stored, worker.said].some((text) => text.includes(server.access.secretAccessKey)));
  });
});
