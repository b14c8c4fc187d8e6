import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ViewerClient, type Offered, type ViewerSocket } from '../../src/sinks/websocket.js';

const PICTURE_BYTES = 60_000;

/** A connection whose reader takes bytes only when told to. */
class Pipe implements ViewerSocket {
  bufferedAmount = 0;
  most = 0;
  terminated = false;
  readonly sent: (string | number)[] = [];

  send(data: Uint8Array | string): void {
    this.sent.push(typeof data === 'string' ? data : (data[0] ?? -1));
    this.bufferedAmount += data.length;
    this.most = Math.max(this.most, this.bufferedAmount);
  }

  terminate(): void {
    this.terminated = true;
  }
}

function coded(number: number): Offered {
  return { keyframe: true, sequence: number, message: () => new Uint8Array(PICTURE_BYTES).fill(number) };
}

/** A picture that can be seen only after all since the last keyframe. */
function delta(number: number): Offered {
  return { ...coded(number), keyframe: false };
}

function setUp(): { pipe: Pipe; client: ViewerClient; time: { now: number } } {
  const time = { now: 0 };
  const pipe = new Pipe();
  return { pipe, time, client: new ViewerClient(pipe, { now: () => time.now }) };
}

suite('a viewer', () => {
  test('that reads gets every picture', () => {
    const { pipe, client } = setUp();
    for (let number = 0; number < 50; number += 1) {
      client.offer(coded(number));
      pipe.bufferedAmount = 0;
    }
    assert.deepEqual(
      pipe.sent,
      Array.from({ length: 50 }, (_, number) => number),
    );
    assert.deepEqual(client.counts, { sent: 50, dropped: 0 });
  });

  test('that is slow gets the newest when there is room again; memory stays bounded', () => {
    const { pipe, client } = setUp();
    for (let number = 0; number < 50; number += 1) client.offer(coded(number));
    assert.ok(pipe.most <= 3 * PICTURE_BYTES, `${pipe.most} bytes wait`);
    const early = pipe.sent.length;
    pipe.bufferedAmount = 0;
    client.tend();
    assert.deepEqual(pipe.sent.slice(early), [49]);
    const { sent, dropped } = client.counts;
    assert.equal(sent + dropped, 50);
  });

  test('that takes nothing for long is disconnected; one that was slow only now and then is not', () => {
    const { pipe, client, time } = setUp();
    for (let second = 0; second < 100; second += 1) {
      time.now = 1000 * second;
      client.offer(coded(second));
      if (second % 10 === 0) pipe.bufferedAmount = 0;
    }
    client.tend();
    assert.equal(pipe.terminated, false);
    for (let second = 100; second < 120; second += 1) {
      time.now = 1000 * second;
      client.tell('where it stands');
    }
    assert.equal(pipe.terminated, true);
  });

  test('of video that is slow gets keyframes alone, and goes on after one that has room', () => {
    const { pipe, client } = setUp();
    const gop = (first: number): void => {
      client.offer(coded(first));
      for (let number = first + 1; number < first + 10; number += 1) client.offer(delta(number));
    };
    gop(0);
    gop(10);
    assert.deepEqual(pipe.sent, [0, 1], 'full after two; the rest cannot be seen without the third');
    pipe.bufferedAmount = 0;
    client.tend();
    assert.deepEqual(pipe.sent, [0, 1, 10], 'the newest keyframe waited');
    client.offer(delta(20));
    assert.deepEqual(pipe.sent, [0, 1, 10], 'what followed it was left out, so nothing more of it can be seen');
    pipe.bufferedAmount = 0;
    client.offer(coded(21));
    pipe.bufferedAmount = 0;
    client.offer(delta(22));
    assert.deepEqual(pipe.sent.slice(3), [21, 22]);
    assert.ok(pipe.most <= 3 * PICTURE_BYTES);
  });

  test('of video begins with a keyframe', () => {
    const { pipe, client } = setUp();
    client.offer(delta(3));
    client.offer(coded(4));
    assert.deepEqual(pipe.sent, [4]);
  });

  test('that says what it has got is slow as soon as that is late, however much the network takes in', () => {
    const { pipe, client, time } = setUp();
    client.offer(coded(0));
    client.heard(0);
    for (let number = 1; number < 40; number += 1) {
      time.now += 100;
      pipe.bufferedAmount = 0;
      client.offer(number % 10 === 0 ? coded(number) : delta(number));
    }
    assert.deepEqual(
      pipe.sent,
      Array.from({ length: 12 }, (_, number) => number),
    );
    client.heard(11);
    assert.deepEqual(pipe.sent.slice(12), [30]);
    client.heard(30);
    pipe.bufferedAmount = 0;
    client.offer(coded(40));
    client.offer(delta(41));
    assert.deepEqual(pipe.sent.slice(13), [40, 41]);
  });

  test('is told nothing while it is behind', () => {
    const { pipe, client } = setUp();
    client.tell('first');
    pipe.bufferedAmount = 1_000_000;
    client.tell('second');
    assert.deepEqual(pipe.sent, ['first']);
  });
});
