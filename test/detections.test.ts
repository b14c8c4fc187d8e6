import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { DetectionBoard, detectionsSchema, type Detections } from '../src/detections.js';
import { DetectionsLog } from '../src/detections-log.js';
import { temporaryFolder } from './fakes/temporary-folder.js';

const car = { label: 'car', score: 0.9, box: [0.1, 0.2, 0.3, 0.4] };

suite('detections', () => {
  test('the newest set is what is seen now, for two seconds; a bounded number is kept', () => {
    let now = 0;
    const board = new DetectionBoard('roof', { now: () => now });
    const told: Detections[] = [];
    const stop = board.onAdd((set) => told.push(set));
    assert.deepEqual(board.current(), []);
    for (let sequence = 0; sequence < 40; sequence += 1) board.add({ sequence, detections: [car] });
    assert.deepEqual(board.current(), [car]);
    assert.deepEqual([board.recent().length, board.recent().at(-1)?.sequence], [32, 39]);
    assert.equal(told.length, 40);
    assert.equal(told[0]?.camera, 'roof');
    now = 2001;
    assert.deepEqual(board.current(), []);
    stop();
    board.add({ detections: [] });
    assert.equal(told.length, 40);
  });

  test('what is out of bounds is no detection', () => {
    const wrong = [
      { label: '', score: 1, box: [0, 0, 1, 1] },
      { label: 'x'.repeat(65), score: 1, box: [0, 0, 1, 1] },
      { label: 'car', score: 1.1, box: [0, 0, 1, 1] },
      { label: 'car', score: 1, box: [0, 0, 1] },
      { label: 'car', score: 1, box: [0, 0, 1, 1, 1] },
      { label: 'car', score: 1, box: [-0.1, 0, 1, 1] },
      { label: 'car', score: Number.NaN, box: [0, 0, 1, 1] },
      { label: 'car', score: 1, box: [0, 0, 1, 1], colour: 'red' },
    ];
    for (const detection of wrong) {
      assert.equal(detectionsSchema.safeParse({ detections: [detection] }).success, false, JSON.stringify(detection));
    }
    assert.equal(detectionsSchema.safeParse({ detections: Array(201).fill(car) }).success, false);
    assert.equal(detectionsSchema.safeParse({ sequence: 1, detections: Array(200).fill(car) }).success, true);
  });

  test('are written down line by line, in a file that changes places when it is full', async (t) => {
    const path = join(await temporaryFolder(t), 'found.jsonl');
    const log = new DetectionsLog(path, undefined, 500);
    for (let sequence = 0; sequence < 9; sequence += 1) {
      log.write({ camera: 'roof', at: '2026-01-01T00:00:00.000Z', sequence, detections: [car] });
      await log.close();
    }
    const read = async (name: string): Promise<number[]> =>
      (await readFile(name, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Detections).sequence ?? -1);
    const kept = [...(await read(`${path}.1`)), ...(await read(path))];
    assert.ok(kept.length >= 4 && kept.length < 9);
    assert.deepEqual(kept, [0, 1, 2, 3, 4, 5, 6, 7, 8].slice(-kept.length));
    assert.equal(log.dropped, 0);
  });

  test('a disk that takes nothing is told of once, and holds nobody up', async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(join(folder, 'found.jsonl'));
    const told: string[] = [];
    const log = new DetectionsLog(join(folder, 'found.jsonl'), ({ message }) => told.push(message));
    for (let n = 0; n < 3; n += 1) {
      log.write({ camera: 'roof', at: '', detections: [] });
      await log.close();
    }
    assert.equal(told.length, 1);
    assert.equal(log.dropped, 3);
  });
});
