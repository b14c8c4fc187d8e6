import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../fakes/exit-mid-run.js', import.meta.url));

async function endOf(...way: string[]): Promise<unknown[]> {
  return once(spawn(process.execPath, [program, ...way], { stdio: 'ignore' }), 'exit');
}

suite('shutdown', () => {
  test('closing in the middle of a run lets the process end by itself', async () => {
    assert.deepEqual(await endOf('close'), [0, null]);
    assert.deepEqual(await endOf('close and exit'), [9, null]);
  });

  test('a colorizer that nobody closes does not keep the process alive', async () => {
    assert.deepEqual(await endOf('forget to close'), [0, null]);
  });

  test('ending the process in the middle of a run does not abort it', async () => {
    assert.deepEqual(await endOf('exit'), [9, null]);
    assert.deepEqual(await endOf('exit while loading'), [9, null]);
    assert.deepEqual(await endOf('throw'), [1, null]);
  });

  test('nor while several threads work on one stream', async () => {
    assert.deepEqual(await endOf('close', 'ahead'), [0, null]);
    assert.deepEqual(await endOf('forget to close', 'ahead'), [0, null]);
    assert.deepEqual(await endOf('exit', 'ahead'), [9, null]);
    assert.deepEqual(await endOf('throw', 'ahead'), [1, null]);
  });
});
