import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { FrameClient, openCamera, type Camera, type CameraStatus } from '../src/camera.js';
import { systemClock } from '../src/core/clock.js';
import { DaylitError } from '../src/core/errors.js';
import type { StateChange } from '../src/core/states.js';
import { tinyModel } from './fakes/models.js';

const scene = 'synthetic:street?size=96x64&fps=50&frames=5';

const fail = (error: DaylitError): void => {
  throw error;
};

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
    assert.deepEqual([status.palette, status.smoothing], ['ironbow', 0.8]);
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

  test('goes on in other colours as it is told, and keeps those it has if it cannot', async (t) => {
    const input = scene.replace('frames=5', 'frames=endless');
    const camera = await openCamera({ input, palette: 'ironbow', model: tinyModel() });
    t.after(() => camera.close());
    const synthesised = (by: string) => async (): Promise<void> => {
      const flags = { palette: 2, model: 1 }[by];
      await new Promise<void>((resolve) => {
        const send = (head: Uint8Array): void => {
          if (head[7] === flags) end();
          else next();
        };
        const client = new FrameClient(
          camera.frames,
          { bufferedAmount: 0, terminate: () => undefined, send },
          { wish: { format: 'gray', which: 'colour' }, clock: systemClock, wallClock: () => 0, onError: fail },
        );
        const stop = camera.frames.read(() => {
          client.tend();
        });
        const next = (): void => {
          client.give(1);
        };
        const end = (): void => {
          stop();
          resolve();
        };
        next();
      });
    };
    await synthesised('palette')();
    await camera.colours.adjust({ palette: null });
    assert.notEqual(camera.status().provider, 'ironbow');
    await synthesised('model')();
    await camera.colours.adjust({ smoothing: 0.25 });
    await synthesised('model')();
    await camera.colours.adjust({ palette: 'rainbow' });
    await synthesised('palette')();
    assert.deepEqual(camera.colours.settings, { smoothing: 0.25, palette: 'rainbow' });
    await assert.rejects(camera.colours.adjust({ smoothing: 7, palette: null }), { code: 'OPTION_INVALID' });
    assert.deepEqual(camera.colours.settings, { smoothing: 0.25, palette: 'rainbow' });
  });

  test('tells temperatures, with frames and at a place', async (t) => {
    const camera = await openCamera({ input: scene.replace('frames=5', 'frames=endless'), palette: 'ironbow' });
    t.after(() => camera.close());
    const celsius = await camera.thermometer.at(0.5, 0.9);
    assert.ok(celsius > -60 && celsius < 150, String(celsius));
    const range = await new Promise<{ lowest: number; highest: number }>((resolve) => {
      const stop = camera.frames.read(() => {
        const { newest } = camera.frames;
        const { celsius: found } = newest === undefined ? {} : camera.frames.metadata(newest.moment);
        // Frames that were on their way when somebody began to read come without.
        if (found === undefined) return;
        stop();
        resolve(found as { lowest: number; highest: number });
      });
    });
    assert.ok(range.lowest < range.highest && range.lowest > -60 && range.highest < 150);
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
