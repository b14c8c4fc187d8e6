import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { openCamera, type Camera, type CameraStatus } from '../src/camera.js';
import { DaylitError } from '../src/core/errors.js';
import type { StateChange } from '../src/core/states.js';
import { tinyModel } from './fakes/models.js';

const scene = 'synthetic:street?size=96x64&fps=50&frames=5';

/** Resolves when the camera stands as wanted. */
function until(camera: Camera, wanted: (status: CameraStatus) => boolean): Promise<CameraStatus> {
  return new Promise((resolve) => {
    const look = (): void => {
      const status = camera.status();
      if (!wanted(status)) return;
      stop();
      resolve(status);
    };
    const stop = camera.onChange(look);
    look();
  });
}

suite('a served camera', () => {
  test('runs to the end of what has one, and shows the last picture on', async (t) => {
    const told: StateChange[] = [];
    const camera = await openCamera({ input: scene, palette: 'ironbow' }, ['street'], {
      onState: (change) => told.push(change),
    });
    t.after(() => camera.close());
    const status = await until(camera, ({ state }) => state === 'ended');
    assert.deepEqual([status.id, status.name, status.provider], ['street-2', 'street', 'ironbow']);
    assert.ok(status.framesIn === status.coloured + status.dropped && status.coloured > 0);
    assert.deepEqual(status.size, { width: 96, height: 64 });
    assert.deepEqual(
      told.map(({ of, state }) => `${of} ${state}`),
      ['street-2 connecting', 'street-2 live', 'street-2 ended'],
    );
    const snapshot = await camera.picture.snapshot('colour');
    assert.equal((await sharp(snapshot?.jpeg).metadata()).width, 96);
    assert.equal(camera.references, undefined);
    assert.equal(status.references, undefined);
  });

  test('a synthetic scene is coloured after its own daylight until it gets another photo', async (t) => {
    const camera = await openCamera({ input: scene.replace('frames=5', 'frames=endless'), model: tinyModel() });
    t.after(() => camera.close());
    assert.deepEqual(camera.status().references, [{ id: 'r1', name: 'street by day', inUse: true }]);
    const photo = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const changed = until(camera, ({ references }) => references?.[1]?.inUse === true);
    await camera.references?.add('red.png', photo);
    assert.deepEqual((await changed).references, [
      { id: 'r1', name: 'street by day', inUse: false },
      { id: 'r2', name: 'red.png', inUse: true },
    ]);
  });

  test('what cannot begin is refused at once', async () => {
    const code = (expected: string) => (thrown: unknown) => thrown instanceof DaylitError && thrown.code === expected;
    await assert.rejects(openCamera({ input: 'synthetic:moon', palette: 'ironbow' }), code('OPTION_INVALID'));
    await assert.rejects(openCamera({ input: 'patrol.mp4', palette: 'ironbow' }), code('INPUT_UNSUPPORTED'));
    await assert.rejects(
      openCamera({ input: scene, references: ['nowhere.jpg'], model: tinyModel() }),
      code('REFERENCE_UNREADABLE'),
    );
  });

  test('ids are fit for addresses and give nothing away', async (t) => {
    const camera = await openCamera({ input: 'rtsp://me:secret@127.0.0.1:9/thermal?token=secret', palette: 'ironbow' });
    t.after(() => camera.close());
    assert.equal(camera.id, '127-0-0-1-9-thermal');
    assert.equal(camera.status().name, '127.0.0.1:9/thermal');
    assert.doesNotMatch(JSON.stringify(camera.status()), /secret/);
  });
});
