import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { FleetWatch } from '../../src/fleet/fleet-status.js';
import { queueAddress } from '../../src/fleet/queue-address.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { FleetProcess, until } from '../fakes/fleet-process.js';
import { RedisServer } from '../fakes/redis.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

suite('how far a fleet is', () => {
  test('is told over the whole batch, and no more when it is done', async (t) => {
    const folder = await temporaryFolder(t);
    const redis = await RedisServer.start(t);
    const daylit = (...args: string[]): FleetProcess => new FleetProcess(t, redis.url, args, folder);
    const watch = new FleetWatch(queueAddress(redis.url));
    t.after(() => watch.close());
    const binary = await findFfmpeg({});
    for (const [name, seconds] of Object.entries({ a: 2, b: 3, long: 10 })) {
      const graph = lavfi(`testsrc2=size=64x48:rate=20:duration=${seconds},hue=s=0`);
      await makeClip(binary, [graph], join(folder, `${name}.mp4`), '-g', '20', '-pix_fmt', 'yuv420p');
    }
    const put = async (...inputs: string[]): Promise<void> => {
      const paths = inputs.map((name) => join(folder, name));
      await daylit('enqueue', ...paths, '-o', join(folder, 'out'), '--palette', 'ironbow', '--part', '4').closed;
    };
    assert.equal((await watch.look()).whole, undefined);
    await put('a.mp4', 'b.mp4', 'long.mp4');
    assert.deepEqual((await watch.look()).whole, { frames: 0, of: 300, unknown: 0, framesPerSecond: 0 });

    const worker = daylit('work', '--root', folder);
    const moving = await until('frames', async () => {
      const { whole } = await watch.look();
      return whole !== undefined && whole.framesPerSecond > 0 && whole.frames < 300 ? whole : undefined;
    });
    assert.equal(moving.of, 300);
    assert.ok(moving.etaSeconds !== undefined && moving.etaSeconds > 0, JSON.stringify(moving));
    await until('the end', async () => ((await watch.look()).whole === undefined ? true : undefined));
    assert.equal((await watch.look()).jobs.done, 6, worker.said);
    worker.signal('SIGTERM');
    await worker.closed;
    // What was done before is no part of the next batch.
    await makeClip(binary, [lavfi('testsrc2=size=80x48:rate=20:duration=1,hue=s=0')], join(folder, 'c.mp4'));
    await put('c.mp4');
    assert.equal((await watch.look()).whole?.of, 20);
  });
});
