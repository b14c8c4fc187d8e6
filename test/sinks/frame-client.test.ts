import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ColourFrame } from '../../src/core/frame.js';
import { FrameClient, MOST_CREDIT, type FrameSocket } from '../../src/sinks/frame-client.js';
import type { FrameWish } from '../../src/sinks/frame-coding.js';
import { decodeFrameMessage, type FrameMessage } from '../../src/sinks/frames-protocol.js';
import { LatestFrame, NewestFrame } from '../../src/sinks/latest-frame.js';
import { colourFrame } from '../fakes/colour-frames.js';

/** A program's end of a connection, and the frames that it has got. */
class FakeSocket implements FrameSocket {
  bufferedAmount = 0;
  terminated = false;
  readonly got: FrameMessage[] = [];
  #waiting: (() => void) | undefined;

  send(head: Uint8Array, pixels: Uint8Array): void {
    this.got.push(decodeFrameMessage(Buffer.concat([head, pixels])) ?? assert.fail());
    this.#waiting?.();
  }

  terminate(): void {
    this.terminated = true;
  }

  /** Resolves when it has got this many. */
  async until(count: number): Promise<void> {
    while (this.got.length < count) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }

  get sequences(): number[] {
    return this.got.map(({ sequence }) => sequence);
  }
}

class Scene {
  now = 0;
  readonly clock = { now: (): number => this.now };
  readonly frames = new LatestFrame(this.clock, () => ({ camera: 'roof' }));
  #sequence = 0;

  program(wish: FrameWish, fps?: number): { client: FrameClient; socket: FakeSocket; leave: () => void } {
    const socket = new FakeSocket();
    const onError = (error: Error): void => {
      throw error;
    };
    const client = new FrameClient(this.frames, socket, {
      ...{ wish, fps, clock: this.clock, wallClock: () => 5e9, onError },
    });
    const leave = this.frames.read(() => {
      client.tend();
    });
    return { client, socket, leave };
  }

  /** Shows the next frame: of one red, and of one grey. */
  async show(red = 200, grey = 50, details: Partial<ColourFrame> = {}): Promise<void> {
    const size = { width: 8, height: 4 };
    const pixels = new Uint8Array(96);
    for (let at = 0; at < pixels.length; at += 3) pixels[at] = red;
    const thermal = new Uint8Array(32).fill(grey);
    const frame = colourFrame({ sequence: this.#sequence++, size, pixels });
    await this.frames.write({ ...frame, thermal, arrivedAt: this.now, ...details });
    // The sink has copied what it needs.
    frame.release();
    thermal.fill(0);
  }
}

const RGB: FrameWish = { format: 'rgb24', which: 'colour' };

suite('frames by credit', () => {
  test('a frame for each credit; whoever gives one late gets the newest, and none twice', async () => {
    const scene = new Scene();
    const { client, socket } = scene.program(RGB);
    await scene.show();
    assert.equal(socket.got.length, 0);
    client.give(1);
    await socket.until(1);
    for (let n = 0; n < 5; n += 1) await scene.show();
    assert.deepEqual(socket.sequences, [0]);
    scene.now = 30;
    client.give(2);
    await socket.until(2);
    assert.deepEqual(socket.sequences, [0, 5]);
    await scene.show();
    await socket.until(3);
    assert.deepEqual(socket.sequences, [0, 5, 6]);
    await scene.show();
    assert.equal(client.sent, 3);
    const [first, second] = socket.got;
    assert.deepEqual([first?.ageMicroseconds, second?.ageMicroseconds], [0, 30_000]);
    assert.equal(second?.capturedMicroseconds, 5e9 - 30_000);
    assert.deepEqual([first?.synthesised, first?.metadata], ['model', { camera: 'roof' }]);
    assert.deepEqual([...(first?.pixels.subarray(0, 3) ?? [])], [200, 0, 0]);
  });

  test('one coding for all who want it alike, none for what nobody wants, nothing kept for nobody', async (t) => {
    const coded = t.mock.method(NewestFrame.prototype, 'coded');
    const scene = new Scene();
    await scene.show();
    assert.equal(scene.frames.newest, undefined);
    const programs = [scene.program(RGB), scene.program(RGB), scene.program({ format: 'gray', which: 'thermal' })];
    const idle = scene.program({ format: 'jpeg', which: 'both' });
    await scene.show();
    assert.equal(coded.mock.callCount(), 0);
    for (const { client } of programs) client.give(1);
    await Promise.all(programs.map(({ socket }) => socket.until(1)));
    const results = coded.mock.calls.map(({ result }) => result);
    assert.equal(results.length, 3);
    assert.equal(results[0], results[1]);
    assert.notEqual(results[0], results[2]);
    for (const { leave } of [...programs, idle]) leave();
    assert.equal(scene.frames.newest, undefined);
  });

  test('keeps to the rate that is asked for', async () => {
    const scene = new Scene();
    const { client, socket } = scene.program({ format: 'gray', which: 'thermal' }, 10);
    client.give(MOST_CREDIT);
    for (let n = 0; n < 100; n += 1) {
      scene.now = 40 * n;
      const before = socket.got.length;
      await scene.show();
      await new Promise(setImmediate);
      assert.ok(socket.got.length <= before + 1);
    }
    // Four seconds of 25 frames each.
    assert.ok(Math.abs(socket.got.length - 40) <= 1, String(socket.got.length));
  });

  test('while the socket is full nothing is coded for it; a reader that takes nothing is cut off', async () => {
    const scene = new Scene();
    const { client, socket } = scene.program(RGB);
    client.give(5);
    socket.bufferedAmount = 1;
    await scene.show();
    scene.now = 14_000;
    await scene.show();
    assert.equal(socket.got.length, 0);
    socket.bufferedAmount = 0;
    client.tend();
    await socket.until(1);
    assert.deepEqual(socket.sequences, [1]);
    socket.bufferedAmount = 1;
    await scene.show();
    scene.now += 15_000;
    await scene.show();
    assert.equal(socket.terminated, true);
  });
});

suite('frames in the form that is wanted', () => {
  const one = async (wish: FrameWish): Promise<FrameMessage> => {
    const scene = new Scene();
    const { client, socket } = scene.program(wish);
    client.give(1);
    await scene.show();
    await socket.until(1);
    return socket.got[0] ?? assert.fail();
  };

  test('each format of each part, at its own and at another size', async () => {
    for (const format of ['rgb24', 'gray', 'jpeg', 'nv12'] as const) {
      for (const which of ['colour', 'thermal', 'both'] as const) {
        for (const size of [undefined, { width: 6, height: 6 }]) {
          const frame = await one({ format, which, ...(size === undefined ? {} : { size }) });
          const { width, height } = size ?? { width: 8, height: 4 };
          assert.deepEqual(frame.size, { width: which === 'both' ? 2 * width : width, height }, `${format} ${which}`);
          assert.equal(frame.synthesised, which === 'thermal' ? undefined : 'model');
        }
      }
    }
  });

  test('grey is the thermal picture itself, or the luma of its colours', async () => {
    assert.equal((await one({ format: 'gray', which: 'thermal' })).pixels[5], 50);
    assert.equal((await one({ format: 'gray', which: 'colour' })).pixels[5], Math.round(0.299 * 200));
    const both = await one({ format: 'gray', which: 'both' });
    assert.deepEqual([both.pixels[7], both.pixels[8]], [50, 60]);
    assert.deepEqual([...(await one({ format: 'rgb24', which: 'thermal' })).pixels.subarray(0, 3)], [50, 50, 50]);
  });

  test('nv12 is BT.601 in limited range', async () => {
    const { pixels } = await one({ format: 'nv12', which: 'colour' });
    // Of red 200: Y = 16 + 65.481/255·200, Cb = 128 − 37.797/255·200, Cr = 128 + 112/255·200.
    assert.ok(Math.abs((pixels[0] ?? 0) - 67) <= 1);
    assert.ok(Math.abs((pixels[32] ?? 0) - 98) <= 1);
    assert.ok(Math.abs((pixels[33] ?? 0) - 216) <= 1);
    const grey = await one({ format: 'nv12', which: 'thermal' });
    assert.deepEqual([grey.pixels[32], grey.pixels[33]], [128, 128]);
  });
});
