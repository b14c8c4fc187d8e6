import assert from 'node:assert/strict';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { Queue } from 'bullmq';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { ARCHIVE_QUEUE } from '../../src/fleet/archive-job.js';
import { queueAddress } from '../../src/fleet/queue-address.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { FleetProcess, until, type Surroundings } from '../fakes/fleet-process.js';
import { packetTimes } from '../fakes/inspect-video.js';
import { NetworkNamespace, noNamespaces } from '../fakes/network-namespace.js';
import { RedisServer } from '../fakes/redis.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** Gives a process a disk of this size in place of a folder, which others go on to see as it is. */
const withSmallDisk = (folder: string, size: string): readonly string[] => {
  const mounted = `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`;
  return ['unshare', '--map-root-user', '--mount', 'sh', '-c', mounted, folder];
};

async function makeClips(folder: string, count: number, seconds: number): Promise<readonly string[]> {
  const binary = await findFfmpeg({});
  const names = Array.from({ length: count }, (_, n) => `clip-${n}.mp4`);
  for (const [n, name] of names.entries()) {
    const graph = lavfi(`testsrc2=size=${320 + 2 * n}x240:rate=25:duration=${seconds},noise=alls=40:allf=t,hue=s=0`);
    await makeClip(binary, [graph], join(folder, name), '-pix_fmt', 'yuv420p');
  }
  return names;
}

function jobsOf(t: TestContext, redis: RedisServer): Queue {
  const jobs = new Queue(ARCHIVE_QUEUE, { connection: queueAddress(redis.url).options });
  jobs.on('error', () => undefined);
  t.after(() => jobs.close());
  return jobs;
}

suite('faults around a fleet', () => {
  const title = 'a disk that is full at one worker: it says so, leaves nothing, rests, and another does the job';
  test(title, { skip: noNamespaces() }, async (t) => {
    const folder = await temporaryFolder(t);
    const redis = await RedisServer.start(t);
    const daylit = (args: readonly string[], more?: Surroundings): FleetProcess =>
      new FleetProcess(t, redis.url, args, folder, more);
    const [name = ''] = await makeClips(folder, 1, 2);
    const colour = join(folder, 'colour');
    await mkdir(colour);
    await daylit(['enqueue', join(folder, name), '-o', colour, '--palette', 'ironbow']).closed;
    const full = daylit(['work', '--root', folder, '--name', 'full'], { within: withSmallDisk(colour, '64k') });
    const failed = await full.told('failed');
    await until(`rest: ${full.said}`, () => full.events.find(({ event }) => event === 'resting'));
    assert.equal(failed.of, join(colour, name));
    assert.match(failed.detail ?? '', /disk is full/);
    assert.deepEqual(await readdir(`/proc/${full.pid}/root${colour}`), [], 'nothing half-written is left');
    const jobs = jobsOf(t, redis);
    assert.equal(await jobs.getFailedCount(), 0, 'it is tried again');
    const roomy = daylit(['work', '--root', folder, '--name', 'roomy']);
    await roomy.told('done', join(colour, name));
    assert.deepEqual(await packetTimes(join(colour, name)), await packetTimes(join(folder, name)));
    assert.deepEqual(await readdir(colour), [name]);
    assert.equal(full.events.filter(({ event }) => event === 'begun').length, 1, 'the full one takes no more');
  });

  for (const remembers of [true, false]) {
    const what = remembers
      ? 'Redis killed in the midst of an archive goes on with all jobs where it writes them down'
      : 'after Redis has forgotten all, the same command puts back what is not done';
    test(what, async (t) => {
      const folder = await temporaryFolder(t);
      const memory = await temporaryFolder(t);
      const redis = await RedisServer.start(t, remembers ? { memory } : {});
      const names = await makeClips(folder, 4, 1);
      const colour = join(folder, 'colour');
      const put = async (): Promise<readonly unknown[]> => {
        const process = new FleetProcess(
          t,
          redis.url,
          ['enqueue', folder, '-o', colour, '--palette', 'ironbow'],
          folder,
        );
        await process.closed;
        return process.events.map((event) => ('state' in event ? event.state : process.said));
      };
      assert.deepEqual(await put(), Array(4).fill('new'));
      const worker = new FleetProcess(t, redis.url, ['work', '--root', folder, '--name', 'w'], folder);
      const first = await worker.told('done');
      await until('the second', () => worker.events.filter(({ event }) => event === 'begun')[1]);
      await redis.stop();
      redis.begin();
      await redis.client.ping();
      if (!remembers) {
        const states = await put();
        assert.ok(
          states.every((state) => state === 'new'),
          'it has forgotten all',
        );
      }
      const jobs = jobsOf(t, redis);
      await until(`all done: ${worker.said}`, async () => ((await jobs.getCompletedCount()) === 4 ? true : undefined));
      assert.equal(await jobs.getJobCountByTypes('failed', 'active', 'waiting', 'delayed'), 0);
      assert.deepEqual((await readdir(colour)).sort(), names, 'nothing is left under another name');
      for (const name of names)
        assert.deepEqual(await packetTimes(join(colour, name)), await packetTimes(join(folder, name)), name);
      const times = worker.events.filter(({ event, of }) => event === 'done' && of === first.of).length;
      assert.equal(times, remembers ? 1 : 2, 'what was done is not done again, as long as anybody knows');
    });
  }

  test(
    'a worker cut off from Redis shows under its own name alone, and lets go when it is back',
    { skip: noNamespaces() },
    async (t) => {
      const folder = await temporaryFolder(t);
      const host = new NetworkNamespace(t);
      const redis = await RedisServer.start(t, { address: host.outside });
      const camera = "{input: 'synthetic:street?size=80x60&fps=5&frames=endless', palette: ironbow, references: []";
      await writeFile(
        join(folder, 'cameras.yml'),
        `cameras: {yard: ${camera}, outputs: ['${folder}/{fence}/yard.ts']}}`,
      );
      const work = ['work', '--root', folder, '--jobs', '0', '--cameras', '1', '--name'];
      const [far, near] = [
        new FleetProcess(t, redis.urlAt(host.outside), [...work, 'far'], folder, { within: host.within }),
        new FleetProcess(t, redis.url, [...work, 'near'], folder),
      ];
      await far.told('ready');
      near.signal('SIGSTOP');
      new FleetProcess(t, redis.url, ['fleet', 'cameras.yml'], folder);
      const { fence: first = NaN } = await far.told('taken', 'yard');
      near.signal('SIGCONT');
      await near.told('ready');
      const written = async (fence: number): Promise<number> =>
        (await stat(join(folder, String(fence), 'yard.ts')).catch(() => ({ size: 0 }))).size;
      host.cut();
      assert.equal((await near.told('taken', 'yard')).fence, first + 1);
      const before = await written(first);
      await until('both to be seen', async () =>
        (await written(first)) > before && (await written(first + 1)) > 0 ? true : undefined,
      );
      host.mend();
      await far.told('lost', 'yard');
      near.signal('SIGTERM');
      const again = await until('far again', () => far.events.find(({ fence }) => fence === first + 2));
      assert.equal(again.event, 'taken', 'it has joined again');
      await near.closed;
    },
  );
});
