import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { concatMap, delay, map, of, take, timer } from 'rxjs';
import type { Frame } from '../../src/core/frame.js';
import { keepLatest } from '../../src/pipeline/backpressure.js';
import { greyFrame } from '../fakes/frames.js';
import { inVirtualTime } from '../fakes/virtual-time.js';

const SECONDS = 180;
const RATE = 30;
const MODEL_MS = 200;

suite(
  'a model of 5 pictures a second under a camera of 30, for three minutes (bench/slow-model.ts: in real time)',
  () => {
    test('the age of what comes out does not grow, and every picture is either coloured or counted as dropped', () => {
      inVirtualTime(({ flush }, { scheduler }) => {
        const released: number[] = [];
        const camera$ = timer(0, 1000 / RATE, scheduler).pipe(
          take(SECONDS * RATE),
          map((sequence): Frame => ({
            ...greyFrame(sequence),
            arrivedAt: scheduler.now(),
            release: () => released.push(sequence),
          })),
        );
        const model = concatMap((frame: Frame) => of(frame).pipe(delay(MODEL_MS, scheduler)));
        const out: { readonly at: number; readonly age: number; readonly sequence: number }[] = [];
        let dropped = 0;
        keepLatest(camera$, 2, model, (count) => (dropped = count)).subscribe(({ arrivedAt, sequence }) => {
          out.push({ at: scheduler.now(), age: scheduler.now() - arrivedAt, sequence });
        });
        flush();
        assert.equal(out.length + dropped, SECONDS * RATE);
        assert.ok(Math.abs(out.length - (SECONDS * 1000) / MODEL_MS) <= 3, `${out.length} coloured`);
        assert.equal(released.length, dropped);
        assert.equal(new Set([...released, ...out.map(({ sequence }) => sequence)]).size, SECONDS * RATE);
        const p95 = (minute: number): number => {
          const ages = out.filter(({ at }) => Math.floor(at / 60_000) === minute).map(({ age }) => age);
          return ages.sort((a, b) => a - b)[Math.floor(0.95 * ages.length)] ?? NaN;
        };
        assert.ok(Math.abs(p95(2) - p95(0)) <= 1000 / RATE, `${p95(0)} ms, then ${p95(2)} ms`);
        // Two turns of the model and one picture of waiting.
        assert.ok(p95(2) <= 2 * MODEL_MS + 1000 / RATE, `${p95(2)} ms`);
      });
    });
  },
);
