import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { childMessage } from './child-message.js';
import type { Case, Row } from './harness.js';
import type { ServerIsTold, ServerSays } from './viewers-messages.js';

const FPS = 25;
const SCENE = `synthetic:street?size=640x512&fps=${FPS}&frames=endless`;
const NUMBERS = [0, 1, 4, 16, 64];
const TITLE_ONE = '1 viewer';

interface Stretch {
  /** Of the serving process, in a second. */
  readonly processorMs: number;
  /** Pictures that each viewer got, in a second. */
  readonly pictures: number;
}

/** Many who watch one camera. */
export const viewers: Case = {
  name: 'viewers',
  title: `Viewers of one camera, 640×512, ${FPS} frames a second`,
  method:
    'Milliseconds of processor that the serving process uses in a second, with so many programs that watch one camera as H.264 by WebSocket. The pictures are false colours, so that no model is measured; the one encoder that all share is a process of its own and not counted.',
  run: async ({ quick }) => {
    const measureMs = quick ? 500 : 4000;
    const numbers = quick ? NUMBERS.slice(0, 2) : NUMBERS;
    const server = fork(new URL('./viewers-program.js', import.meta.url), [SCENE]);
    try {
      const said = await next(server);
      if (!('address' in said)) throw new Error('the server said something else than where it is');
      await watched(server, said.address, 1, measureMs); // code is compiled, does not count
      const stretches: Stretch[] = [];
      for (const count of numbers) stretches.push(await watched(server, said.address, count, measureMs));
      return rowsOf(numbers, stretches);
    } finally {
      server.disconnect();
      await once(server, 'exit');
    }
  },
};

function rowsOf(numbers: readonly number[], stretches: readonly Stretch[]): readonly Row[] {
  const costs = stretches.map(({ processorMs }, at): Row => {
    const count = numbers[at] ?? 0;
    const name = count === 1 ? TITLE_ONE : `${count} viewers`;
    const peer = count > 1 ? { peer: TITLE_ONE } : {};
    return { name, unit: 'ms', better: 'smaller', samples: [processorMs], ...peer };
  });
  const [first, last] = [stretches[1], stretches.at(-1)];
  const further = (numbers.at(-1) ?? 1) - 1;
  const slope =
    first === undefined || last === undefined || further === 0
      ? []
      : [(last.processorMs - first.processorMs) / further];
  return [
    ...costs,
    { name: 'each further viewer', unit: 'ms', better: 'smaller', samples: slope },
    {
      ...{ name: 'frames that each of the most viewers got', unit: 'frames/s', better: 'larger' },
      samples: last === undefined ? [] : [last.pictures],
    },
  ];
}

/** So many viewers for a while, each of which has its first picture before anything counts. */
async function watched(server: ChildProcess, address: string, count: number, measureMs: number): Promise<Stretch> {
  let pictures = 0;
  const watching = Array.from({ length: count }, () => {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/api/cameras/scene/live?codec=h264`);
    socket.on('message', (_data, isBinary) => {
      if (isBinary) pictures += 1;
    });
    return socket;
  });
  await Promise.all(watching.map(firstPicture));
  pictures = 0;
  const told: ServerIsTold = { measureMs };
  server.send(told);
  const said = await next(server);
  const seen = pictures;
  for (const socket of watching) socket.terminate();
  if (!('processorMs' in said)) throw new Error('the server told no cost');
  const seconds = measureMs / 1000;
  return { processorMs: said.processorMs / seconds, pictures: count === 0 ? 0 : seen / count / seconds };
}

async function firstPicture(socket: WebSocket): Promise<void> {
  for (;;) {
    const [, isBinary] = (await once(socket, 'message')) as [unknown, boolean];
    if (isBinary) return;
  }
}

async function next(server: ChildProcess): Promise<ServerSays> {
  return (await childMessage(server)) as ServerSays;
}
