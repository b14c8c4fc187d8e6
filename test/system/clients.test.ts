import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/core/package-root.js';
import { createServer, listen } from '../../src/server/create-server.js';
import { openPage } from '../fakes/browser.js';
import { startPython } from '../fakes/python.js';
import { ServedCamera } from '../fakes/served-camera.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

async function serveOne(t: TestContext): Promise<{ camera: ServedCamera; address: string }> {
  const camera = new ServedCamera('roof');
  const app = await createServer({ cameras: [camera], names: [] });
  t.after(() => app.close());
  return { camera, address: await listen(app, '127.0.0.1', 0) };
}

/** Shows pictures as a camera of 50 a second until the promise settles. */
async function whileShowing<T>(camera: ServedCamera, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const done = (): void => {
    over.abort();
  };
  work.then(done, done);
  while (!over.signal.aborted) {
    await camera.show(50, 200);
    await pause(20);
  }
  return work;
}

/** Asks for a frame whenever it is told to, and says which it got. */
const STEP_BY_STEP = `
import sys
import daylit_client as daylit

frames = daylit.frames("roof", server=sys.argv[1])
for frame in frames:
    frames.report(frame, [daylit.Detection("car", 0.5, (0.1, 0.2, 0.3, 0.4))])
    print(frame.sequence, frame.synthesised, frame.image.shape, flush=True)
    sys.stdin.readline()
`;

suite('clients', () => {
  test('Python: a detector slower than the camera always gets the newest frame, and its boxes come back', async (t) => {
    const { camera, address } = await serveOne(t);
    const child = startPython(t, ['-c', STEP_BY_STEP, address]);
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const line = async (): Promise<string> => {
      const next = await lines.next();
      assert.ok(next.done !== true, complaints);
      return next.value;
    };
    const first = await whileShowing(camera, line());
    const [sequence = 0] = first.split(' ').map(Number);
    assert.match(first, /^\d+ model \(48, 64, 3\)$/);
    // It is at work on the first frame; the camera goes on.
    let newest = sequence;
    for (let step = 0; step < 3; step += 1) {
      for (let n = 0; n < 10; n += 1) await camera.show(50, 200);
      newest = camera.frames.newest?.moment.sequence ?? 0;
      child.stdin.write('\n');
      assert.equal(Number((await line()).split(' ')[0]), newest);
    }
    assert.ok(newest >= sequence + 30);
    // Its boxes of the last frame may still be on their way.
    while (camera.detections.recent().at(-1)?.sequence !== newest) {
      await new Promise((resolve) => camera.detections.onAdd(resolve));
    }
    assert.deepEqual(camera.detections.current(), [{ label: 'car', score: 0.5, box: [0.1, 0.2, 0.3, 0.4] }]);
  });

  test('Node', async (t) => {
    const { camera, address } = await serveOne(t);
    const args = [join(EXAMPLES, 'frames-client.js'), address.replace('http', 'ws'), 'roof', '3'];
    const { stdout } = await whileShowing(camera, promisify(execFile)(process.execPath, args));
    assert.match(stdout, /^(?:frame \d+: 64x48, \d+ ms old, rgb\(200, 0, 0\)\n){3}$/);
  });

  test('a page of one’s own in the browser', async (t) => {
    const page = await openPage(t);
    const { camera, address } = await serveOne(t);
    const html = join(packageRoot(), 'examples/browser/frames.html');
    const child = spawn(process.execPath, [join(EXAMPLES, 'own-page.js'), html, address, '0']);
    t.after(() => child.kill('SIGKILL'));
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const [own = ''] = /http:\S+/.exec(said.toString()) ?? [];
    await page.goto(own);
    await whileShowing(camera, page.getByText(/^roof, frame \d+, -?\d+ ms old, synthesised colours$/).waitFor());
    const middle = await page.evaluate<number[]>(
      '[...document.querySelector("canvas").getContext("2d").getImageData(32, 24, 1, 1).data]',
    );
    assert.deepEqual(middle, [200, 0, 0, 255]);
  });
});
