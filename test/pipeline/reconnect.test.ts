import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { map, NEVER, type Observable } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { DaylitError, type ErrorCode } from '../../src/core/errors.js';
import type { Frame } from '../../src/core/frame.js';
import type { SourceChange } from '../../src/core/states.js';
import { BACKOFF } from '../../src/pipeline/backoff.js';
import { reconnect, type ReconnectOptions } from '../../src/pipeline/reconnect.js';
import { watchdog } from '../../src/pipeline/watchdog.js';
import { greyFrame } from '../fakes/frames.js';
import { inVirtualTime } from '../fakes/virtual-time.js';

const lost = (code: ErrorCode): DaylitError => new DaylitError(code, 'camera');

type Script = readonly [marbles: string, error?: DaylitError];

interface Scene {
  readonly frames$: Observable<string>;
  readonly connections: readonly (Observable<Frame> & {
    readonly subscriptions: Parameters<RunHelpers['expectSubscriptions']>[0];
  })[];
  readonly states: SourceChange[];
}

/** Plays connections one after the other; frames come out as `epoch.sequence`, states with their instants are kept. */
function play(
  { cold }: Pick<RunHelpers, 'cold'>,
  time: Pick<ReconnectOptions, 'scheduler' | 'clock'>,
  scripts: readonly Script[],
  more: Partial<ReconnectOptions> = {},
): Scene {
  const connections = scripts.map(([marbles, error]) => cold(marbles, { a: greyFrame(7), b: greyFrame(8) }, error));
  const states: SourceChange[] = [];
  let next = 0;
  const connect = (): Observable<Frame> => connections[next++] ?? NEVER;
  const frames$ = reconnect(connect, {
    ...time,
    backoff: BACKOFF,
    random: () => 0,
    retryNow$: NEVER,
    endIsEnd: false,
    onState: (change) => states.push(change),
    ...more,
  }).pipe(map(({ epoch, sequence }) => `${epoch}.${sequence}`));
  return { frames$, connections, states };
}

const briefly = ({ state, epoch, code, retryInMs }: SourceChange): string =>
  [state, epoch, code, retryInMs].filter((part) => part !== undefined).join(' ');

suite('reconnect', () => {
  test('waits grow; epochs rise with each connection that shows a picture; each is let go before the next', () => {
    let told: SourceChange[] = [];
    inVirtualTime((helpers, time) => {
      const scene = play(helpers, time, [
        ['100ms #', lost('CONNECTION_REFUSED')],
        ['a #', lost('CONNECTION_LOST')],
        ['a b |'],
        ['a'],
      ]);
      told = scene.states;
      const names = { a: '0.0', b: '1.1', c: '1.2', d: '2.3' };
      helpers.expectObservable(scene.frames$, '8s !').toBe('1100ms a 2000ms b c 4000ms d', names);
      const when = ['^ 99ms !', '1100ms ^!', '3101ms ^ 1ms !', '7103ms ^ 896ms !'];
      scene.connections.forEach(({ subscriptions }, index) => {
        helpers.expectSubscriptions(subscriptions).toBe(when[index] ?? '');
      });
    });
    assert.deepEqual(told.map(briefly), [
      'connecting 0',
      'reconnecting 0 CONNECTION_REFUSED 1000',
      'live 0',
      'reconnecting 0 CONNECTION_LOST 2000',
      'live 1',
      'reconnecting 1 CONNECTION_LOST 4000',
      'live 2',
    ]);
    assert.deepEqual(
      told.map(({ attempt }) => attempt),
      [undefined, 1, undefined, 2, undefined, 3, undefined],
    );
  });

  test('what was not there from the beginning is asked for late; what was there once, soon', () => {
    let told: SourceChange[] = [];
    inVirtualTime((helpers, time) => {
      const scene = play(helpers, time, [
        ['#', lost('STREAM_NOT_FOUND')],
        ['a #', lost('CONNECTION_LOST')],
        ['#', lost('STREAM_NOT_FOUND')],
        ['#', lost('INPUT_UNREADABLE')],
        ['#', lost('UNAUTHORIZED')],
      ]);
      told = scene.states;
      helpers.expectObservable(scene.frames$, '320s !').toBe('300s a', { a: '0.0' });
    });
    assert.deepEqual(told.map(briefly), [
      'connecting 0',
      'failed 0 STREAM_NOT_FOUND 300000',
      'live 0',
      'reconnecting 0 CONNECTION_LOST 2000',
      'reconnecting 0 STREAM_NOT_FOUND 4000',
      'reconnecting 0 INPUT_UNREADABLE 8000',
      'failed 0 UNAUTHORIZED 300000',
    ]);
  });

  test('a healthy spell begins the waits anew, however many hours of failures came before', () => {
    let told: SourceChange[] = [];
    inVirtualTime((helpers, time) => {
      const refused = Array.from({ length: 100 }, () => ['#', lost('CONNECTION_REFUSED')] as const);
      const scene = play(helpers, time, [...refused, ['a 30s #', lost('CONNECTION_LOST')], ['-']]);
      told = scene.states;
      helpers.expectObservable(scene.frames$, '180m !').toBe('5703s a', { a: '0.0' });
    });
    assert.equal(told.at(-3)?.retryInMs, 60_000);
    assert.deepEqual(told.slice(-2).map(briefly), ['live 0', 'reconnecting 0 CONNECTION_LOST 1000']);
  });

  test('wrong passwords wait long and say so; retry-now does not', () => {
    let told: SourceChange[] = [];
    inVirtualTime((helpers, time) => {
      const retryNow$ = helpers.cold('200s x');
      const script = [['#', lost('UNAUTHORIZED')], ['#', lost('UNAUTHORIZED')], ['a']] as const;
      const scene = play(helpers, time, script, { retryNow$ });
      told = scene.states;
      helpers.expectObservable(scene.frames$, '600s !').toBe('400s a', { a: '0.0' });
    });
    assert.deepEqual(told.map(briefly), [
      'connecting 0',
      'failed 0 UNAUTHORIZED 300000',
      'failed 0 UNAUTHORIZED 300000',
      'live 0',
    ]);
  });

  test('a stall is told, ends the connection and is followed by another', () => {
    let told: SourceChange[] = [];
    inVirtualTime((helpers, time) => {
      const stalls = helpers.cold('a', { a: greyFrame(0) });
      const limits = { firstFrameMs: 10_000, betweenFramesMs: 4000 };
      const scene = play(helpers, time, []);
      told = scene.states;
      const frames$ = reconnect(() => stalls.pipe(watchdog(limits, time)), {
        ...time,
        backoff: BACKOFF,
        random: () => 1,
        retryNow$: NEVER,
        endIsEnd: false,
        onState: (change) => told.push(change),
      }).pipe(map(({ epoch }) => epoch));
      helpers.expectObservable(frames$, '5s !').toBe('a 4499ms b', { a: 0, b: 1 });
      helpers.expectSubscriptions(stalls.subscriptions).toBe(['^ 3999ms !', '4500ms ^ 499ms !']);
    });
    assert.deepEqual(told.map(briefly), [
      'connecting 0',
      'live 0',
      'stalled 0 STREAM_STALLED',
      'reconnecting 0 STREAM_STALLED 500',
      'live 1',
    ]);
  });

  test('a recording that ends is over', () => {
    inVirtualTime((helpers, time) => {
      const { frames$ } = play(helpers, time, [['ab|']], { endIsEnd: true });
      helpers.expectObservable(frames$).toBe('ab|', { a: '0.0', b: '0.1' });
    });
  });

  test('leaving ends the wait', () => {
    inVirtualTime((helpers, time) => {
      const { frames$, connections } = play(helpers, time, [['#', lost('CONNECTION_LOST')], ['a']]);
      helpers.expectObservable(frames$, '500ms !').toBe('-');
      helpers.expectSubscriptions(connections[1]?.subscriptions ?? []).toBe([]);
    });
  });
});
