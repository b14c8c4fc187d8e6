import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FairQueue } from '../../src/model/fair-queue.js';

const all = (queue: FairQueue<string>): string[] => {
  const out: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) out.push(item);
  return out;
};

suite('fair queue', () => {
  test('streams take turns, and each keeps its order', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) queue.push(item.charCodeAt(0), item);
    assert.deepEqual(all(queue), ['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  test('a stream that comes late waits for one turn of the others, not for all they have', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3']) queue.push(1, item);
    assert.equal(queue.shift(), 'a1');
    queue.push(2, 'b1');
    assert.deepEqual(all(queue), ['a2', 'b1', 'a3']);
  });

  test('draining empties it', () => {
    const queue = new FairQueue<string>();
    queue.push(1, 'a');
    queue.push(2, 'b');
    assert.deepEqual(queue.drain(), ['a', 'b']);
    assert.equal(queue.shift(), undefined);
  });
});
