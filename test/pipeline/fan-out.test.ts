import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { from, lastValueFrom, map } from 'rxjs';
import { StageMeter } from '../../src/core/stage-meter.js';
import { FanOut } from '../../src/pipeline/fan-out.js';
import { TestClock } from '../fakes/clock.js';
import { greyFrame, inRed } from '../fakes/frames.js';
import { MemorySink } from '../fakes/sinks.js';

const frames = [0, 1, 2, 3].map((sequence) => inRed(greyFrame(sequence)));

suite('FanOut', () => {
  test('a broken output is discarded and harms no other', async () => {
    const good = new MemorySink('good');
    const bad = new MemorySink('bad', 2);
    const outputs = new FanOut([bad, good], new StageMeter(new TestClock()));
    await lastValueFrom(from(frames).pipe(outputs.write()));
    const reports = await outputs.finish();
    assert.deepEqual(reports, [{ target: 'good', frames: 4 }]);
    assert.equal(bad.state, 'discarded');
    assert.deepEqual(
      outputs.failures.map(({ target, error }) => [target, error.code]),
      [['bad', 'INTERNAL']],
    );
  });

  test('with no output left, writing fails', async () => {
    const outputs = new FanOut([new MemorySink('only', 1)], new StageMeter(new TestClock()));
    const seen: number[] = [];
    await assert.rejects(
      lastValueFrom(
        from(frames).pipe(
          outputs.write(),
          map((frame) => seen.push(frame.pts)),
        ),
      ),
      /only broke/,
    );
    assert.deepEqual(seen, [0]);
  });

  test('discarding leaves no output open', async () => {
    const sinks = [new MemorySink('a'), new MemorySink('b')];
    await new FanOut(sinks, new StageMeter(new TestClock())).discard();
    assert.deepEqual(
      sinks.map(({ state }) => state),
      ['discarded', 'discarded'],
    );
  });
});
