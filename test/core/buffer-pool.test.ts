import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';

suite('BufferPool', () => {
  test('gives the same memory again, and only for the same length', () => {
    const pool = new BufferPool();
    const first = pool.take(100);
    pool.give(first);
    assert.notEqual(pool.take(99).buffer, first.buffer);
    assert.equal(pool.take(100).buffer, first.buffer);
    assert.notEqual(pool.take(100).buffer, first.buffer);
  });

  test('holds no more than it may, the newest last', () => {
    const pool = new BufferPool(2);
    const buffers = [1, 2, 3].map(() => pool.take(10));
    for (const buffer of buffers) pool.give(buffer);
    const again = new Set([pool.take(10).buffer, pool.take(10).buffer]);
    assert.deepEqual(again, new Set(buffers.slice(1).map(({ buffer }) => buffer)));
  });

  test('ignores memory that was transferred away', () => {
    const pool = new BufferPool();
    const gone = pool.take(10);
    structuredClone(gone, { transfer: [gone.buffer] });
    pool.give(gone);
    assert.equal(pool.take(10).byteLength, 10);
  });
});
