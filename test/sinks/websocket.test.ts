import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { CodedPicture } from '../../src/sinks/latest-picture.js';
import { ViewerClient, type ViewerSocket } from '../../src/sinks/websocket.js';

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

function coded(number: number): CodedPicture {
  return { jpeg: new Uint8Array(0), arrivedAt: 0, message: () => new Uint8Array(PICTURE_BYTES).fill(number) };
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

  test('is told nothing while it is behind', () => {
    const { pipe, client } = setUp();
    client.tell('first');
    pipe.bufferedAmount = 1_000_000;
    client.tell('second');
    assert.deepEqual(pipe.sent, ['first']);
  });
});
