import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lastValueFrom, map, toArray } from 'rxjs';
import type { Source } from '../../src/core/contracts.js';
import type { Frame } from '../../src/core/frame.js';
import { connection } from '../../src/pipeline/connection.js';
import { greyFrame } from '../fakes/frames.js';

function sourceOf(frames: (signal?: AbortSignal) => AsyncIterable<Frame>): Source {
  const [size, timeBase] = [
    { width: 4, height: 2 },
    { numerator: 1, denominator: 25 },
  ];
  return { info: { kind: 'video', label: 'camera', delivery: 'keepLatest', size, timeBase, format: 'gray8' }, frames };
}

async function* three(): AsyncGenerator<Frame> {
  for (const sequence of [0, 1, 2]) {
    await Promise.resolve();
    yield greyFrame(sequence);
  }
}

suite('connection', () => {
  test('gives the frames, says what they come from, and ends when they do', async () => {
    const labels: string[] = [];
    const frames$ = connection(
      () => Promise.resolve(sourceOf(three)),
      ({ label }) => labels.push(label),
    );
    const sequences = await lastValueFrom(
      frames$.pipe(
        map(({ sequence }) => sequence),
        toArray(),
      ),
    );
    assert.deepEqual(sequences, [0, 1, 2]);
    assert.deepEqual(labels, ['camera']);
  });

  test('passes on why it could not be opened, or broke', async () => {
    await assert.rejects(lastValueFrom(connection(() => Promise.reject(new Error('down')))), /down/);
    async function* breaking(): AsyncGenerator<Frame> {
      yield greyFrame(0);
      await Promise.resolve();
      throw new Error('cable');
    }
    await assert.rejects(lastValueFrom(connection(() => Promise.resolve(sourceOf(breaking)))), /cable/);
  });

  test('leaving aborts the opening, and the frames of a source that stands still', async () => {
    let opening: AbortSignal | undefined;
    connection((signal) => {
      opening = signal;
      return new Promise<Source>(() => undefined);
    })
      .subscribe()
      .unsubscribe();
    assert.equal(opening?.aborted, true);

    let standing = (): void => undefined;
    const stands = new Promise<void>((resolve) => (standing = resolve));
    const ended = new Promise<void>((resolve) => {
      async function* still(signal?: AbortSignal): AsyncGenerator<Frame> {
        yield greyFrame(0);
        standing();
        await new Promise((wake) => signal?.addEventListener('abort', wake));
        resolve();
      }
      const subscription = connection(() => Promise.resolve(sourceOf(still))).subscribe();
      void stands.then(() => {
        subscription.unsubscribe();
      });
    });
    await ended;
  });

  test('a frame that arrives after leaving is released', async () => {
    const late = greyFrame(0);
    let give = (): void => undefined;
    const asked = new Promise<void>((resolve) => (give = resolve));
    async function* deaf(): AsyncGenerator<Frame> {
      await asked;
      yield late;
    }
    const subscription = connection(() => Promise.resolve(sourceOf(deaf))).subscribe();
    await new Promise(setImmediate);
    subscription.unsubscribe();
    give();
    await new Promise(setImmediate);
    assert.equal(late.released(), 1);
  });
});
