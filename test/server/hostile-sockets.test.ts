import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import type { ServerLimits } from '../../src/server/create-server.js';
import { capturedLog } from '../fakes/captured-log.js';
import { guardedServer } from '../fakes/guarded-server.js';
import { HostileTable } from '../fakes/hostile-table.js';
import { sayRaw, statusOf, type RawConnection } from '../fakes/raw-http.js';
import type { ServedCamera } from '../fakes/served-camera.js';

const table = new HostileTable('WebSockets and connections');

interface Attacked {
  readonly address: string;
  readonly camera: ServedCamera;
  readonly token: string;
  /** A viewer that behaves. */
  readonly viewer: (path?: string) => WebSocket;
  /** An open WebSocket on which any bytes can be said; those that come are kept. */
  readonly opened: (path?: string) => Promise<RawConnection>;
}

async function attacked(t: TestContext, limits: Partial<ServerLimits> = {}): Promise<Attacked> {
  const { log, text } = capturedLog();
  let check = (): Promise<void> => Promise.resolve();
  // Registered before the server ends, so that it is asked while it should be alive.
  t.after(() => check());
  const { camera, tokens, open } = await guardedServer(t, { log, limits });
  const address = await open();
  const token = tokens.view;
  check = async () => {
    assert.ok(!text().includes(token.slice(16)), 'a token was logged');
    assert.doesNotMatch(text(), /"level":(?:50|60)/, text());
    assert.equal((await fetch(`${address}/livez`)).status, 200, 'the server is alive');
  };
  const live = '/api/cameras/roof/live';
  const viewer = (path = live): WebSocket => {
    const socket = new WebSocket(address.replace('http', 'ws') + path, {
      headers: { authorization: `Bearer ${token}` },
    });
    socket.on('error', () => undefined);
    return socket;
  };
  const opened = async (path = live): Promise<RawConnection> => {
    const connection = sayRaw(address, handshake(address, path, `Authorization: Bearer ${token}\r\n`));
    await once(connection.socket, 'data');
    assert.equal(statusOf(connection.heard()), 101);
    return connection;
  };
  return { address, camera, token, viewer, opened };
}

function handshake(address: string, path: string, headers: string): string {
  const { host } = new URL(address);
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n${headers}\r\n`
  );
}

/** One frame of RFC 6455 §5.2, masked with zeros, so that what is said is what is seen. */
function frame(first: number, payload: string | Uint8Array = '', masked = true): Buffer {
  const bytes = Buffer.from(payload as string, 'latin1');
  const mask = masked ? 0x80 : 0;
  const head =
    bytes.length < 126 ? [first, mask | bytes.length] : [first, mask | 126, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from(head), ...(masked ? [Buffer.alloc(4)] : []), bytes]);
}

/** The code in the close frame that came last; undefined if it was cut off without one. */
function closeCode(heard: string): number | undefined {
  const at = heard.lastIndexOf('\x88');
  const code = at < 0 ? '' : heard.slice(at + 2, at + 4);
  return code.length === 2 ? Buffer.from(code, 'latin1').readUInt16BE() : undefined;
}

const FIN = 0x80;
const TEXT = 1;
const FRAMES = '/api/cameras/roof/frames?format=jpeg';

suite('hostile WebSockets', () => {
  test('messages that break the protocol end the connection, and no other', async (t) => {
    const { camera, opened, viewer } = await attacked(t);
    const calm = viewer();
    await once(calm, 'open');
    const closedAfter = async (said: Uint8Array, path?: string): Promise<number | undefined> => {
      const connection = await opened(path);
      connection.socket.write(said);
      return closeCode(await connection.over);
    };
    table.check(
      'Random bytes in place of frames',
      await closedAfter(Buffer.from('\xff\xfe\x00garbage'.repeat(9), 'latin1')),
    );
    table.check('A frame without its mask', await closedAfter(frame(FIN | TEXT, 'hello', false)));
    table.check('Bits that are reserved', await closedAfter(frame(FIN | 0x70 | TEXT, 'hello')));
    table.check('A continuation of nothing', await closedAfter(frame(FIN, 'hello')));
    table.check('Text that is no UTF-8', await closedAfter(frame(FIN | TEXT, '\xc3\x28')));
    table.check('A message of 2 kB to a viewer’s socket', await closedAfter(frame(FIN | TEXT, 'x'.repeat(2000))));
    const huge = Buffer.from([FIN | 2, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]);
    table.check('A frame that says it has 2^63 bytes', await closedAfter(huge));
    const pieces = [frame(TEXT, '{'), ...Array.from({ length: 200 }, () => frame(0, ' '))];
    table.check('A message in 200 pieces', await closedAfter(Buffer.concat(pieces), FRAMES));
    const shown = once(calm, 'message');
    await camera.show(1, 2);
    await shown;
    calm.terminate();
  });

  test('messages that make no sense are answered, not obeyed', async (t) => {
    const { viewer } = await attacked(t);
    const program = viewer(FRAMES);
    const told: string[] = [];
    program.on('message', (data, isBinary) => {
      if (!isBinary && (data as Buffer).includes('"error"')) told.push((data as Buffer).toString());
    });
    await once(program, 'open');
    for (const said of ['not JSON', '{"credit":-1}', '{"credit":1e99}', '{"__proto__":{"credit":1}}', '[]', 'null']) {
      const before = told.length;
      program.send(said);
      while (told.length === before) await once(program, 'message');
      const { error } = JSON.parse(told.at(-1) ?? '') as { error: { code: string } };
      table.check('Messages that say nothing to a program’s socket', error.code);
    }
    program.terminate();
  });

  test('upgrades that are none', async (t) => {
    const { address, token } = await attacked(t);
    const asked = async (
      path: string,
      headers: string,
      change = (text: string): string => text,
    ): Promise<number | undefined> => statusOf(await sayRaw(address, change(handshake(address, path, headers))).over);
    const bearer = `Authorization: Bearer ${token}\r\n`;
    const live = '/api/cameras/roof/live';
    table.check('A WebSocket from another site’s page', await asked(live, `${bearer}Origin: https://evil.example\r\n`));
    table.check(
      'A WebSocket by a foreign name',
      await asked(live, bearer, (text) => text.replace(/Host: .*/, 'Host: evil.example')),
    );
    table.check('A WebSocket without a token', await asked(live, ''));
    table.check('A WebSocket with its token in the address', await asked(`${live}?token=${token}`, ''));
    table.check('A WebSocket to nothing', await asked('/api/cameras/roof/../../etc', bearer));
    table.check('A camera that there is not', await asked('/api/cameras/%2e%2e/live', bearer));
    table.check(
      'An old version of WebSocket',
      await asked(live, bearer, (text) => text.replace('Version: 13', 'Version: 7')),
    );
    table.check(
      'An upgrade to HTTP/2',
      await asked('/livez', bearer, (text) => text.replace('Upgrade: websocket', 'Upgrade: h2c')),
    );
    table.check('An address that is none', await asked('http://[', bearer));
    table.check('A format that there is not', await asked('/api/cameras/roof/frames?format=-f', bearer));
  });
});

suite('hostile connections', () => {
  test('a viewer that went without a word is noticed', async (t) => {
    const { camera, opened } = await attacked(t, { pingEveryMs: 100 });
    const half = await opened();
    // It reads, but never answers a ping: what a machine that lost its power looks like.
    const watchers = (): number => camera.picture.watchers;
    assert.equal(watchers(), 1);
    await half.over;
    while (watchers() > 0) await new Promise(setImmediate);
    table.check('A viewer that never answers (half-open)', 'cut off');
  });

  test('two hundred viewers get every picture; what is beyond the limit is told so', async (t) => {
    const { camera, viewer } = await attacked(t, { sockets: 200, perAddress: 512 });
    const viewers = Array.from({ length: 200 }, () => viewer());
    await Promise.all(viewers.map((each) => once(each, 'open')));
    const pictures = viewers.map(
      (each) =>
        new Promise<void>((resolve) => {
          each.on('message', (_, isBinary) => {
            if (isBinary) resolve();
          });
        }),
    );
    await camera.show(10, 20);
    await Promise.all(pictures);
    table.check('200 viewers', `${pictures.length} get the picture`);
    const more = viewer();
    const [, { statusCode }] = (await once(more, 'unexpected-response')) as [unknown, { statusCode: number }];
    table.check('One viewer more than the server takes', statusCode);
    for (const each of viewers) each.terminate();
  });

  test('one address cannot take every connection', async (t) => {
    const { address } = await attacked(t, { perAddress: 8 });
    const { hostname, port } = new URL(address);
    const first = Array.from({ length: 8 }, () => connect(Number(port), hostname));
    await Promise.all(first.map((socket) => once(socket, 'connect')));
    const get = `GET /livez HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`;
    assert.equal(await sayRaw(address, get).over, '');
    table.check('More connections from one address than its share', 'closed at once');
    for (const socket of first) socket.destroy();
    // Once they have gone there is room again.
    for (let answer = ''; answer === '';) answer = await sayRaw(address, get).over;
  });

  test('everything on the page was tried', () => {
    table.checkAllTried();
  });
});
