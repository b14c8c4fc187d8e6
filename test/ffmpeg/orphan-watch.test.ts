import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGone, isRunning, standIn, startParent } from '../fakes/ffmpeg-processes.js';

suite('no child outlives daylit', () => {
  test('killed by kill -9, with a child that nothing else would end', async () => {
    const { parent, childId } = await startParent(process.execPath, standIn, 'hangs');
    assert.ok(isRunning(childId));
    parent.kill('SIGKILL');
    await assertGone(childId, 2000);
  });

  test('killed by kill -9, with a child that ignores SIGTERM', async () => {
    const { parent, childId } = await startParent(process.execPath, standIn, 'ignores-term');
    parent.kill('SIGKILL');
    await assertGone(childId, 2000);
  });

  test('leaving by process.exit()', async () => {
    const { parent, childId } = await startParent(process.execPath, standIn, 'hangs');
    parent.stdin?.write('leave\n');
    await assertGone(childId, 2000);
    assert.equal(isRunning(parent.pid ?? 0), false);
  });
});
