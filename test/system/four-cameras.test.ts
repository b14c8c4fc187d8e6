import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Camera, CameraStatus } from '../../src/camera.js';
import { FollowedFile } from '../../src/cameras/open-cameras.js';
import { RtspCamera } from '../fakes/rtsp-camera.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** Coloured frames that each camera must have before shares are compared. */
const FRAMES = 40;

/** Resolves when all of the cameras stand as wanted; they tell once a second. */
function until(cameras: readonly Camera[], wanted: (status: CameraStatus) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stops = cameras.map((camera) => camera.onChange(look));
    function look(): void {
      if (!cameras.every((camera) => wanted(camera.status()))) return;
      for (const stop of stops) stop();
      resolve();
    }
  });
}

test('four cameras of 640×512 share one model fairly, and a change restarts one alone', async (t) => {
  const source = await RtspCamera.start(t, { width: 640, height: 512 });
  const path = join(await temporaryFolder(t), 'cameras.yml');
  const ids = ['one', 'two', 'three', 'four'];
  // All cores for one model: with several, a busy machine decides which of them gets how far.
  const defaults = `defaults: { threads: ${Math.min(64, availableParallelism())} }\n`;
  await writeFile(
    path,
    `${defaults}cameras:\n${ids.map((id) => `  ${id}: { input: '${source.address()}' }\n`).join('')}`,
  );
  let applied = (): void => undefined;
  const file = await FollowedFile.open(path, {
    variables: {},
    notify: ({ kind }) => {
      if (kind === 'cameras') applied();
    },
  });
  t.after(() => file.close());
  const cameras = [...file.set.list()];
  assert.equal(cameras.length, 4);

  await until(cameras, ({ state, coloured }) => state === 'live' && coloured > 0);
  const begun = performance.now();
  const before = cameras.map((camera) => camera.status());
  await until(
    cameras,
    ({ coloured, id }) => coloured - (before.find((each) => each.id === id)?.coloured ?? 0) >= FRAMES,
  );
  const seconds = (performance.now() - begun) / 1000;
  const after = cameras.map((camera) => camera.status());
  const shares = after.map(({ coloured }, index) => coloured - (before[index]?.coloured ?? 0));
  const ratio = Math.max(...shares) / Math.min(...shares);
  for (const [index, { id, framesIn, coloured, dropped, ageMs }] of after.entries()) {
    const rate = (shares[index] ?? 0) / seconds;
    t.diagnostic(
      `${id}: ${shares[index]} frames in ${seconds.toFixed(1)} s (${rate.toFixed(1)} a second), ` +
        `${framesIn} in, ${coloured} coloured, ${dropped} dropped, age ${ageMs?.p50.toFixed(0)}/${ageMs?.p95.toFixed(0)} ms`,
    );
    // Besides those few that are inside.
    assert.ok(framesIn - coloured - dropped >= 0 && framesIn - coloured - dropped <= 4);
  }
  t.diagnostic(`most over fewest frames: ${ratio.toFixed(3)}`);
  assert.ok(ratio <= 1.3, `shares ${shares.join(', ')}`);

  const change = new Promise<void>((resolve) => (applied = resolve));
  await writeFile(path, (await readFile(path, 'utf8')).replace(/(three: \{)/, '$1 smoothing: 0.2,'));
  await change;
  const others = cameras.filter(({ id }) => id !== 'three');
  for (const camera of others) {
    assert.equal(file.set.find(camera.id), camera);
    const { state, epoch, framesIn } = camera.status();
    assert.deepEqual([state, epoch], ['live', 0]);
    assert.ok(framesIn >= (after.find(({ id }) => id === camera.id)?.framesIn ?? Infinity));
  }
  const third = file.set.find('three');
  assert.ok(third !== undefined && third !== cameras[2]);
  assert.equal(third.status().smoothing, 0.2);
  await until([third], ({ state, coloured }) => state === 'live' && coloured > 0);
});
