import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { EventReader, WorkerEvents, type PageEvent } from '../../src/fleet/worker-events.js';

const written = ({ event, data }: PageEvent): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

suite('events of workers’ pages', () => {
  test('are read as they were written, wherever the text is cut', () => {
    const events = fc.array(
      fc.record({
        event: fc.constantFrom('camera', 'removed', 'detections'),
        data: fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          fc.string(),
        ),
      }),
    );
    fc.assert(
      fc.property(events, fc.array(fc.nat(400)), (all, cuts) => {
        const text = all.map(written).join('');
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
        const reader = new EventReader();
        const read = places.flatMap((from, index) => reader.push(text.slice(from, places[index + 1] ?? from)));
        assert.deepEqual(
          read,
          all.map(({ event, data }) => ({ event, data: { ...data } })),
        );
      }),
    );
  });

  test('what is no event is left out, and what has no end is given up', () => {
    const reader = new EventReader();
    const right = { event: 'camera', data: { id: 'yard' } };
    const text = ['data: {}\n\n', 'event: camera\ndata: {\n\n', 'event: camera\ndata: 1\n\n', ': hello\n\n'].join('');
    assert.deepEqual(reader.push(text + written(right)), [right]);
    assert.throws(() => {
      for (;;) reader.push('x'.repeat(65_536));
    }, RangeError);
  });

  test('come from those who are followed, and again from one that had ended', async (t) => {
    let asked = 0;
    const server = createServer((request, response) => {
      asked += 1;
      assert.equal(request.headers.authorization, 'Bearer a-token');
      response.write(written({ event: 'camera', data: { id: `yard-${asked}` } }));
      if (asked === 1) response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const heard: unknown[] = [];
    let tell = (): void => undefined;
    const events = new WorkerEvents('a-token', (from, { data }) => {
      assert.equal(from, address);
      heard.push(data['id']);
      tell();
    });
    const next = (): Promise<void> => new Promise((resolve) => (tell = resolve));
    const first = next();
    events.follow([{ address, cameras: ['yard'] }]);
    events.follow([{ address, cameras: ['yard'] }]);
    await first;
    const second = next();
    // The end is told to nobody: whoever looks from time to time begins it again.
    const looking = setInterval(() => {
      events.follow([{ address, cameras: ['yard'] }]);
    }, 10);
    await second;
    clearInterval(looking);
    assert.deepEqual(heard, ['yard-1', 'yard-2']);
    const third = next();
    events.follow([{ address, cameras: ['gate', 'yard'] }]);
    await third;
    assert.equal(heard[2], 'yard-3', 'a page that shows others is asked anew');
    events.follow([]);
  });
});
