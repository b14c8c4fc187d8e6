import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import type { Source } from '../../src/core/contracts.js';
import { byteLengthOf, secondsOf, type Frame } from '../../src/core/frame.js';
import { openSynthetic, renderDaylight } from '../../src/sources/synthetic/source.js';
import { TestClock } from '../fakes/clock.js';

function open(address: string): Source {
  return openSynthetic(address, { pool: new BufferPool(), clock: new TestClock() });
}

async function hashes(address: string): Promise<string[]> {
  const all: string[] = [];
  for await (const frame of open(address).frames()) {
    all.push(createHash('sha256').update(frame.pixels).digest('hex'));
    frame.release();
  }
  return all;
}

async function counts(address: string, sequence = 0): Promise<Uint16Array> {
  for await (const frame of open(address).frames()) {
    if (frame.sequence === sequence) return new Uint16Array(frame.pixels.buffer);
    frame.release();
  }
  return assert.fail(`no frame ${sequence}`);
}

const SMALL = 'size=80x60';

suite('synthetic source', () => {
  test('a seed gives the same frames each time, another seed others', async () => {
    const first = await hashes(`synthetic:street?${SMALL}&frames=3&seed=5`);
    assert.equal(new Set(first).size, 3);
    assert.deepEqual(await hashes(`synthetic:street?${SMALL}&frames=3&seed=5`), first);
    assert.notDeepEqual(await hashes(`synthetic:street?${SMALL}&frames=3&seed=6`), first);
  });

  test('timestamps are exact, and the frames say what they are', async () => {
    const source = open(`synthetic:street?${SMALL}&frames=4&fps=30000/1001`);
    const timeBase = { numerator: 1001, denominator: 30000 };
    assert.deepEqual(source.info.timeBase, timeBase);
    assert.equal(source.info.frameCount, 4);
    assert.equal(source.info.delivery, 'waitForRoom');
    const seen: Frame[] = [];
    for await (const frame of source.frames()) seen.push(frame);
    assert.deepEqual(
      seen.map(({ pts, sequence, epoch }) => [pts, sequence, epoch]),
      [0, 1, 2, 3].map((n) => [n, n, 0]),
    );
    for (const frame of seen) {
      assert.deepEqual(frame.timeBase, timeBase);
      assert.equal(frame.pixels.length, byteLengthOf('gray16le', frame.size));
      assert.deepEqual(frame.radiometry, { kelvinPerCount: 0.01, kelvinAtZero: 0 });
    }
  });

  test('counts are temperatures of a mild day: cold sky, hot people and engines', async () => {
    const sorted = (await counts('synthetic:street?size=160x128&frames=1')).sort();
    const celsius = (share: number): number => (sorted[Math.floor(sorted.length * share)] ?? 0) * 0.01 - 273.15;
    assert.ok(celsius(0.01) > 0 && celsius(0.01) < 12, `coldest ${celsius(0.01)}`);
    assert.ok(celsius(0.5) > 13 && celsius(0.5) < 24, `median ${celsius(0.5)}`);
    assert.ok(celsius(0.9999) > 26 && celsius(0.9999) < 50, `hottest ${celsius(0.9999)}`);
  });

  test('an FFC repeats the frame to the bit, then the picture goes on', async () => {
    const seen = await hashes(`synthetic:street?${SMALL}&fps=10&frames=17&ffc=1`);
    assert.equal(new Set(seen.slice(9, 15)).size, 1);
    assert.notEqual(seen[8], seen[9]);
    assert.notEqual(seen[15], seen[14]);
    assert.notEqual(seen[16], seen[15]);
  });

  test('a cut shows another place at its time and not before', async () => {
    for (const scene of ['street', 'drone']) {
      const address = (cut: number): string => `synthetic:${scene}?${SMALL}&fps=2&frames=4&cut=${cut}`;
      const [still, cutting] = [await hashes(address(0)), await hashes(address(1))];
      assert.deepEqual(still.slice(0, 2), cutting.slice(0, 2));
      assert.notEqual(still[2], cutting[2]);
      const [here, there] = [await counts(address(0), 2), await counts(address(1), 2)];
      const changed = here.filter((count, index) => Math.abs(count - (there[index] ?? 0)) > 100).length;
      assert.ok(changed > here.length * 0.2, `${scene}: ${changed} of ${here.length} changed`);
    }
  });

  test('noise has the deviation asked for', async () => {
    const clean = await counts(`synthetic:street?${SMALL}&frames=1&noise=0`);
    const noisy = await counts(`synthetic:street?${SMALL}&frames=1&noise=1`);
    let sum = 0;
    clean.forEach((count, index) => (sum += ((noisy[index] ?? 0) - count) ** 2));
    // 1 K of temporal noise and 0.4 K of column pattern.
    const kelvin = Math.sqrt(sum / clean.length) / 100;
    assert.ok(Math.abs(kelvin - Math.hypot(1, 0.4)) < 0.1, `${kelvin} K`);
  });

  test('ending the iteration early or aborting stops the source', async () => {
    const source = open(`synthetic:street?${SMALL}&frames=endless`);
    assert.equal(source.info.frameCount, undefined);
    let taken = 0;
    for await (const frame of source.frames()) {
      frame.release();
      taken += 1;
      if (taken === 2) break;
    }
    assert.equal(taken, 2);
    const stop = new AbortController();
    let seen = 0;
    for await (const frame of open(`synthetic:street?${SMALL}&frames=endless`).frames(stop.signal)) {
      frame.release();
      seen += 1;
      if (seen === 3) stop.abort();
    }
    assert.equal(seen, 3);
  });

  test('released memory is used again', async () => {
    const buffers = new Set<ArrayBuffer>();
    for await (const frame of open(`synthetic:drone?${SMALL}&frames=6`).frames()) {
      buffers.add(frame.pixels.buffer);
      frame.release();
    }
    assert.equal(buffers.size, 1);
  });

  test('any size of the range works, odd ones too', async () => {
    for (const size of ['81x61', '97x133', '333x60', '80x200']) {
      for (const scene of ['street', 'drone']) {
        const [width = 0, height = 0] = size.split('x').map(Number);
        const picture = await counts(`synthetic:${scene}?size=${size}&frames=1`);
        assert.equal(picture.length, width * height);
        assert.ok(picture.every((count) => count > 26500 && count < 33500));
      }
    }
  });

  test('content lies in the world: a picture of twice the size shows the same', async () => {
    const small = await counts('synthetic:street?size=80x60&frames=1&noise=0');
    const large = await counts('synthetic:street?size=160x120&frames=1&noise=0');
    const differences = Array.from(small, (count, index) => {
      const at = Math.floor(index / 80) * 320 + (index % 80) * 2;
      const mean = [at, at + 1, at + 160, at + 161].reduce((sum, place) => sum + (large[place] ?? 0) / 4, 0);
      return Math.abs(count - mean);
    });
    const median = differences.sort((a, b) => a - b)[differences.length / 2] ?? Infinity;
    assert.ok(median < 25, `median difference ${median} counts`);
  });

  test('the daylight view as a source is the reference photo of the same instant', async () => {
    for await (const frame of open(`synthetic:drone?${SMALL}&frames=3&view=daylight`).frames()) {
      assert.equal(frame.format, 'rgb24');
      assert.equal(frame.radiometry, undefined);
      if (frame.sequence !== 2) continue;
      const { pixels, size } = renderDaylight(`synthetic:drone?${SMALL}`, secondsOf(frame));
      assert.deepEqual(size, frame.size);
      assert.deepEqual(pixels, frame.pixels);
    }
  });
});
