import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { TraceFile } from '../../src/cli/trace-file.js';
import { colorize } from '../../src/create-daylit.js';

interface Event {
  readonly name: string;
  readonly ph: string;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args: { readonly frame: number };
}

const read = (path: string): Event[] => {
  const { traceEvents } = JSON.parse(readFileSync(path, 'utf8')) as { traceEvents: Event[] };
  return traceEvents.filter(({ ph }) => ph === 'X');
};

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'daylit-trace-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

suite('trace file', () => {
  test('is valid at every moment, also when nobody closes it', async (t) => {
    const path = join(await folder(t), 'trace.json');
    const trace = new TraceFile(path);
    t.after(() => {
      trace.close();
    });
    assert.deepEqual(read(path), []);
    let most = 0;
    for (let frame = 0; frame < 3000; frame += 1) {
      trace.onStep('model', 10 * frame + 9, 8.5);
      if (frame % 100 === 0) most = Math.max(most, read(path).length);
    }
    assert.ok(most > 0 && most < 3000, 'written in pieces');
    trace.close();
    const events = read(path);
    assert.equal(events.length, 3000);
    assert.deepEqual(events[7], { name: 'model', ph: 'X', pid: 1, tid: 3, ts: 70_500, dur: 8500, args: { frame: 7 } });
  });

  test('ends at its largest size, and is valid then', async (t) => {
    const path = join(await folder(t), 'trace.json');
    const trace = new TraceFile(path, 100_000);
    for (let frame = 0; frame < 5000; frame += 1) trace.onStep('source', frame, 1);
    trace.close();
    trace.close();
    const { length } = readFileSync(path);
    assert.ok(length > 100_000 && length < 200_000, String(length));
    assert.deepEqual(read(path).at(0)?.args, { frame: 0 });
  });

  test('that cannot be written is told before the job begins', () => {
    assert.throws(() => new TraceFile(join('nowhere', 'at', 'all', 'trace.json')), { code: 'OUTPUT_UNWRITABLE' });
  });

  test('holds each stage of each frame of a job', async (t) => {
    const path = join(await folder(t), 'trace.json');
    const trace = new TraceFile(path);
    const outputs = [join(await folder(t), 'out/')];
    const input = ['synthetic:street?size=80x60&frames=4'];
    await colorize({ input, outputs, palette: 'ironbow' }, { onStep: trace.onStep });
    trace.close();
    const frames = (stage: string): number[] =>
      read(path)
        .filter(({ name }) => name === stage)
        .map(({ args }) => args.frame);
    assert.deepEqual(frames('normalize'), [0, 1, 2, 3]);
    assert.deepEqual(frames('write'), [0, 1, 2, 3]);
    // The source is asked at least once more than it has frames: how often depends on how soon its end is known.
    assert.deepEqual(frames('source').slice(0, 5), [0, 1, 2, 3, 4]);
    for (const { ts, dur } of read(path)) assert.ok(dur >= 0 && ts > 0);
  });
});
