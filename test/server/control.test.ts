import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import { FileStore } from '../../src/cameras/file-store.js';
import { openNamedCameras } from '../../src/cameras/open-cameras.js';
import { readCamerasFile } from '../../src/cameras/read.js';
import { CameraSet } from '../../src/cameras/camera-set.js';
import { MemoryStore } from '../../src/cameras/store.js';
import type { CameraSettings } from '../../src/cameras/schema.js';
import type { CameraStatus } from '../../src/camera.js';
import { DaylitError } from '../../src/core/errors.js';
import { listen } from '../../src/server/create-server.js';
import { serve } from '../fakes/served.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';
import { ServedCamera } from '../fakes/served-camera.js';

/** A set whose cameras are made by hand, and what each was opened with. */
function fakeSet(): { set: CameraSet; opened: CameraSettings[] } {
  const opened: CameraSettings[] = [];
  const open = (settings: CameraSettings): Promise<ServedCamera> => {
    opened.push(settings);
    return Promise.resolve(new ServedCamera(settings.id));
  };
  return { set: new CameraSet(open, new MemoryStore()), opened };
}

suite('server: control', () => {
  test('smoothing and palette change on the running camera, and are kept', async (t) => {
    const { set } = fakeSet();
    const { ask } = await serve(t, { cameras: set });
    await set.add({ id: 'roof', input: 'rtsp://10.0.0.1/x' });
    const camera = set.find('roof');
    const changed = await ask('PATCH', '/api/cameras/roof', { smoothing: 0.3, palette: 'ironbow' });
    assert.equal(changed.status, 200);
    assert.deepEqual(camera?.colours.settings, { smoothing: 0.3, palette: 'ironbow' });
    assert.equal((changed.json as CameraStatus).palette, 'ironbow');
    assert.equal(set.find('roof'), camera);
    await ask('PATCH', '/api/cameras/roof', { palette: null });
    assert.deepEqual(set.settings('roof'), { id: 'roof', input: 'rtsp://10.0.0.1/x', smoothing: 0.3 });
    for (const wrong of [{ smoothing: 2 }, { palette: 'pink' }, { model: '/x' }, [], 'x']) {
      const answer = await ask('PATCH', '/api/cameras/roof', wrong, { 'content-type': 'application/json' });
      assert.deepEqual([answer.status, answer.code], [400, 'REQUEST_INVALID'], JSON.stringify(wrong));
    }
    assert.equal((await ask('PATCH', '/api/cameras/cellar', {})).status, 404);
  });

  test('what cannot be kept is not changed', async (t) => {
    const { set } = fakeSet();
    const { ask } = await serve(t, { cameras: set });
    await set.add({ id: 'roof', input: 'rtsp://10.0.0.1/x' });
    t.mock.method(set, 'keep', () => Promise.reject(new DaylitError('CONFIG_UNREADABLE', 'by hand')));
    assert.equal((await ask('PATCH', '/api/cameras/roof', { palette: 'ironbow' })).code, 'CONFIG_UNREADABLE');
    assert.equal(set.find('roof')?.colours.settings.palette, null);
  });

  test('cameras come and go', async (t) => {
    const { set, opened } = fakeSet();
    const { ask } = await serve(t, { cameras: set });
    const added = await ask('POST', '/api/cameras', { input: 'rtsp://me:secret@10.0.0.1/x', smoothing: 0.5 });
    assert.equal(added.status, 201);
    assert.equal((added.json as CameraStatus).id, '10-0-0-1-x');
    assert.deepEqual(opened, [
      { id: '10-0-0-1-x', name: '10.0.0.1/x', input: 'rtsp://me:secret@10.0.0.1/x', smoothing: 0.5 },
    ]);
    assert.equal((await ask('POST', '/api/cameras', { id: 'roof', input: 'synthetic:street' })).status, 201);
    assert.equal((await ask('GET', '/api/cameras/roof')).status, 200);
    assert.equal((await ask('POST', '/api/cameras', { id: 'roof', input: 'synthetic:street' })).status, 400);
    assert.equal((await ask('DELETE', '/api/cameras/roof')).status, 204);
    assert.equal((await ask('GET', '/api/cameras/roof')).status, 404);
    assert.equal((await ask('DELETE', '/api/cameras/roof')).code, 'NOT_SERVED');
  });

  test('who reads a camera that goes is told goodbye, and events say so', async (t) => {
    const { set } = fakeSet();
    const { app } = await serve(t, { cameras: set });
    await set.add({ id: 'roof', input: 'synthetic:street' });
    const address = await listen(app, '127.0.0.1', 0);
    const program = new WebSocket(`${address.replace('http', 'ws')}/api/cameras/roof/frames`);
    await once(program, 'message');
    const response = await fetch(`${address}/api/events`);
    const events = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const closed = once(program, 'close');
    set.find('roof')?.detections.add({ sequence: 3, detections: [] });
    await set.remove('roof');
    assert.equal(((await closed) as [number])[0], 1001);
    let told = '';
    while (!told.includes('event: removed\ndata: {"id":"roof"}')) told += (await events?.read())?.value ?? '';
    assert.match(told, /^event: camera\ndata: \{"id":"roof"[^\n]*\n\n/);
    assert.match(told, /\n\nevent: detections\ndata: \{"camera":"roof"[^\n]*"sequence":3,"detections":\[\]\}\n\n/);
    await events?.cancel();
  });

  for (const path of ['/stream.mjpeg', '/stream.ts'])
    test(`${path} of a camera that goes ends, and that of another goes on`, async (t) => {
      const { set } = fakeSet();
      const { app } = await serve(t, { cameras: set });
      const address = await listen(app, '127.0.0.1', 0);
      for (const id of ['roof', 'cellar']) await set.add({ id, input: 'synthetic:street' });
      const [gone, stays] = await Promise.all(['roof', 'cellar'].map((id) => fetch(`${address}${path}?camera=${id}`)));
      let ended = false;
      const reader = stays?.body?.getReader();
      void reader?.closed.then(() => (ended = true));
      await set.remove('roof');
      // Read to its end, which a stream that goes on would never reach.
      await gone?.arrayBuffer();
      assert.equal(ended, false);
      await reader?.cancel();
    });

  test('no path, no option and no other host gets in with a camera', async (t) => {
    const { set, opened } = fakeSet();
    const { ask } = await serve(t, { cameras: set });
    for (const [body, status, code] of [
      [{ input: '/etc/passwd' }, 403, 'ADDRESS_REFUSED'],
      [{ input: '-i' }, 403, 'ADDRESS_REFUSED'],
      [{ input: 'rtsp://127.0.0.1/x' }, 403, 'ADDRESS_REFUSED'],
      [{ input: 'rtsp://10.0.0.1/x', outputs: ['out.mkv'] }, 403, 'ADDRESS_REFUSED'],
      [{ input: 'rtsp://10.0.0.1/x', outputs: ['rtmp://[::1]/x'] }, 403, 'ADDRESS_REFUSED'],
      [{ input: 'rtsp://10.0.0.1/x', ffmpeg: '/bin/sh' }, 400, 'REQUEST_INVALID'],
      [{ input: 'rtsp://10.0.0.1/x', references: ['/etc/passwd'] }, 400, 'REQUEST_INVALID'],
      [{ input: 'rtsp://10.0.0.1/x', id: '../x' }, 400, 'REQUEST_INVALID'],
      [{}, 400, 'REQUEST_INVALID'],
    ] as const) {
      const answer = await ask('POST', '/api/cameras', body);
      assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(body));
    }
    assert.deepEqual(opened, []);
  });

  test('a camera that cannot begin is told of by its code, and is not there', async (t) => {
    const set = await openNamedCameras([], {});
    t.after(() => set.close());
    const { ask } = await serve(t, { cameras: set });
    const wrong = await ask('POST', '/api/cameras', { input: 'synthetic:moon', palette: 'ironbow' });
    assert.deepEqual([wrong.status, wrong.code], [422, 'OPTION_INVALID']);
    assert.deepEqual((await ask('GET', '/api/cameras')).json, { cameras: [] });
    const added = await ask('POST', '/api/cameras', {
      input: 'synthetic:street?size=96x64&fps=50',
      palette: 'ironbow',
    });
    assert.equal(added.status, 201);
    assert.equal((await ask('PATCH', '/api/cameras/street', { palette: 'rainbow' })).status, 200);
    assert.deepEqual(set.settings('street')?.palette, 'rainbow');
  });

  test('where a camera sends can be changed', async (t) => {
    const { set, opened } = fakeSet();
    const { ask } = await serve(t, { cameras: set, cameraHosts: ['10.0.0.0/8'] });
    await set.add({ id: 'roof', input: 'rtsp://10.0.0.1/x' });
    assert.deepEqual((await ask('GET', '/api/cameras/roof/outputs')).json, { outputs: [] });
    assert.equal((await ask('PUT', '/api/cameras/roof/outputs', { outputs: ['rtmp://10.0.0.2/live'] })).status, 200);
    assert.deepEqual(opened.at(-1)?.outputs, ['rtmp://10.0.0.2/live']);
    const elsewhere = await ask('PUT', '/api/cameras/roof/outputs', { outputs: ['rtmp://192.168.0.2/live'] });
    assert.equal(elsewhere.code, 'ADDRESS_REFUSED');
  });

  test('fixed cameras stay what they are', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await serve(t, { cameras: [camera] });
    assert.equal((await ask('POST', '/api/cameras', { input: 'synthetic:street' })).code, 'CHANGE_REFUSED');
    assert.equal((await ask('DELETE', '/api/cameras/roof')).status, 409);
    assert.equal((await ask('PATCH', '/api/cameras/roof', { smoothing: 0 })).status, 200);
    assert.equal(camera.colours.settings.smoothing, 0);
  });

  test('temperatures are told of cameras that measure them', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await serve(t, { cameras: [camera] });
    assert.deepEqual((await ask('GET', '/api/cameras/roof/temperature?x=0.5&y=1')).code, 'NO_TEMPERATURE');
    camera.celsius = 21.5;
    assert.deepEqual((await ask('GET', '/api/cameras/roof/temperature?x=0.5&y=1')).json, {
      x: 0.5,
      y: 1,
      celsius: 21.5,
    });
    for (const query of [
      '',
      '?x=0.5',
      '?x=1.5&y=0',
      '?x=a&y=0',
      '?x=0&y=0&z=0',
      '?x=&y=0&x=1',
      '?x=&y=0',
      '?x=%20&y=0',
      '?x=0x1&y=0',
    ]) {
      assert.equal((await ask('GET', `/api/cameras/roof/temperature${query}`)).status, 400, query);
    }
  });

  test('a photo can be forgotten; those that are left colour', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await serve(t, { cameras: [camera] });
    assert.equal((await ask('DELETE', '/api/cameras/roof/references/r1')).status, 204);
    assert.deepEqual(camera.applied, [[]]);
    assert.deepEqual((await ask('GET', '/api/cameras/roof/references')).json, { references: [] });
    assert.equal((await ask('DELETE', '/api/cameras/roof/references/r1')).code, 'NOT_SERVED');
  });

  test('photos that are sent are kept beside the cameras file, and gone from there when they are forgotten', async (t) => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'cameras.yml');
    await writeFile(file, '# The roof\ncameras:\n  roof: { input: "synthetic:street" }\n');
    const open = ({ id }: CameraSettings): Promise<ServedCamera> => Promise.resolve(new ServedCamera(id));
    const set = new CameraSet(open, new FileStore(file, {}));
    await set.apply(() => Promise.resolve([{ id: 'roof', input: 'synthetic:street' }]));
    const { ask } = await serve(t, { cameras: set });
    const send = async (background: string): Promise<string> => {
      const picture = sharp({ create: { width: 20, height: 20, channels: 3, background } });
      const path = '/api/cameras/roof/references?name=Dusk,%20July.JPG';
      const { status, json } = await ask('POST', path, await picture.jpeg().toBuffer(), {
        'content-type': 'image/jpeg',
      });
      assert.equal(status, 201);
      return (json as { id: string }).id;
    };
    const photos = (): Promise<string[]> => readdir(join(folder, 'daylit-photos', 'roof'));
    const first = await send('red');
    const [name = ''] = await photos();
    assert.match(name, /^dusk-july-[0-9a-f]{12}\.jpg$/);
    const path = join(folder, 'daylit-photos', 'roof', name);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.match(await readFile(file, 'utf8'), /^# The roof\n/);
    assert.deepEqual((await readCamerasFile(file, {})).cameras[0]?.references, [path]);
    const second = await send('blue');
    assert.equal((await photos()).length, 2);
    await ask('PUT', '/api/cameras/roof/references', { use: [first, second] });
    assert.equal((await readCamerasFile(file, {})).cameras[0]?.references?.length, 2);
    await writeFile(join(folder, 'daylit-photos', 'roof', 'mine.jpg'), 'x');
    assert.equal((await ask('DELETE', `/api/cameras/roof/references/${second}`)).status, 204);
    assert.deepEqual((await photos()).sort(), [name, 'mine.jpg'].sort());
    assert.deepEqual((await readCamerasFile(file, {})).cameras[0]?.references, [path]);
    assert.equal((await ask('DELETE', '/api/cameras/roof')).status, 204);
    assert.deepEqual(await photos(), ['mine.jpg']);
  });

  test('detections are checked, kept, and told on', async (t) => {
    const camera = new ServedCamera('roof');
    const told: unknown[] = [];
    const { ask } = await serve(t, { cameras: [camera], onDetections: (set) => told.push(set) });
    const detections = [{ label: 'car', score: 0.9, box: [0.1, 0.2, 0.3, 0.4] }];
    const added = await ask('POST', '/api/cameras/roof/detections', { sequence: 5, detections });
    assert.equal(added.status, 201);
    assert.deepEqual((await ask('GET', '/api/cameras/roof/detections')).json, { detections: [added.json] });
    assert.deepEqual(told, [added.json]);
    assert.deepEqual(camera.detections.current(), detections);
    for (const wrong of [{}, { detections: 'car' }, { detections: [{ label: 'car' }] }, { detections, by: 'me' }]) {
      assert.equal((await ask('POST', '/api/cameras/roof/detections', wrong)).status, 400);
    }
  });
});
