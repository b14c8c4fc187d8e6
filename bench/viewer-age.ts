import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import type { Frame } from '../src/core/frame.js';
import { createServer, listen } from '../src/server/create-server.js';
import { decodePictureMessage } from '../src/sinks/viewer-protocol.js';
import { stream } from '../src/stream.js';
import { ServedCamera } from '../test/fakes/served-camera.js';
import { quantile } from './statistics.js';

/*
 * How old the picture on the screen is. The time of day is drawn into each frame of a synthetic scene, as the camera
 * would see it, and read back from the page when the picture has been painted: through AGC, model, encoder, WebSocket,
 * decoder and canvas. A second viewer without a screen tells how old each picture was when it was sent.
 *
 *   node build/bench/viewer-age.js --minutes 10 --fps 10 --size 320x256 --codec webcodecs
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    fps: { type: 'string', default: '10' },
    size: { type: 'string', default: '320x256' },
    codec: { type: 'string', default: 'webcodecs' },
  },
});

/** Squares in a row; the row below is its opposite, so that a misread code is known for one. */
const BITS = 20;
const ROWS = 2;

/** Writes milliseconds into the upper edge of a 16-bit frame, in its own coldest and hottest counts. */
function stamp({ pixels, size: { width } }: Frame, milliseconds: number): void {
  const counts = new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.length / 2);
  const sorted = Uint16Array.from(counts).sort();
  const levels = [sorted[Math.floor(0.02 * sorted.length)] ?? 0, sorted[Math.floor(0.98 * sorted.length)] ?? 0];
  const side = Math.floor(width / BITS);
  for (let y = 0; y < ROWS * side; y += 1) {
    for (let x = 0; x < BITS * side; x += 1) {
      const bit = Math.floor(milliseconds / 2 ** Math.floor(x / side)) % 2;
      counts[y * width + x] = levels[y < side ? bit : 1 - bit] ?? 0;
    }
  }
}

/** In the page: each painted picture's sequence, the code in it, and when that was. */
const WATCH = `(() => {
  window.painted = [];
  const stage = document.querySelector('.stage');
  const canvas = stage.querySelector('canvas.thermal');
  new MutationObserver(() => {
    const now = Date.now();
    const side = Math.floor(canvas.width / ${BITS});
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, ${ROWS} * side);
    const at = (bit, row) => data[4 * (Math.floor((row + 0.5) * side) * canvas.width + Math.floor((bit + 0.5) * side))];
    let code = 0;
    let sound = true;
    for (let bit = 0; bit < ${BITS}; bit += 1) {
      const [upper, lower] = [at(bit, 0), at(bit, 1)];
      if (Math.abs(upper - lower) < 40) sound = false;
      if (upper > lower) code += 2 ** bit;
    }
    window.painted.push([Number(stage.dataset.sequence), sound ? code : null, now]);
  }).observe(stage, { attributeFilter: ['data-sequence'] });
})()`;

/** A viewer that only notes how old each picture was when it was sent. */
function followSent(address: string): Map<number, number> {
  const ages = new Map<number, number>();
  const socket = new WebSocket(`${address.replace('http', 'ws')}/api/cameras/scene/live?codec=h264`);
  socket.on('message', (data, isBinary) => {
    const picture = isBinary ? decodePictureMessage(data as Buffer) : undefined;
    if (picture !== undefined) ages.set(picture.sequence, picture.ageMs);
  });
  return ages;
}

function summary(name: string, milliseconds: readonly number[]): string {
  const at = (share: number): string => quantile(milliseconds, share).toFixed(0);
  return `${name}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms (${milliseconds.length} pictures)`;
}

const input = `synthetic:street?size=${values.size}&fps=${values.fps}&frames=endless`;
const camera = new ServedCamera('scene');
const app = await createServer({ cameras: [camera], names: [] });
const address = await listen(app, '127.0.0.1', 0);
const stop = new AbortController();
const running = stream(
  { input, references: [input] },
  { until: stop.signal },
  {
    onFrame: (frame) => {
      stamp(frame, Date.now() % 2 ** BITS);
    },
    sinks: [{ target: 'viewers', open: () => Promise.resolve(camera.picture) }],
  },
);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const opened = Date.now();
  await page.goto(`${address}/?codec=${values.codec}`);
  await page.locator('.stage.painted').waitFor({ timeout: 120_000 });
  console.log(`first picture ${Date.now() - opened} ms after the page was asked for`);
  const sent = followSent(address);
  await page.waitForTimeout(5000);
  await page.evaluate(WATCH);
  const all: number[] = [];
  const added: number[] = [];
  let misread = 0;
  for (let minute = 1; minute <= Number(values.minutes); minute += 1) {
    await page.waitForTimeout(60_000);
    const painted = await page.evaluate<[number, number | null, number][]>('window.painted.splice(0)');
    const ages = painted.flatMap(([sequence, code, at]) => {
      if (code === null) misread += 1;
      return code === null ? [] : [{ sequence, age: (((at - code) % 2 ** BITS) + 2 ** BITS) % 2 ** BITS }];
    });
    all.push(...ages.map(({ age }) => age));
    for (const { sequence, age } of ages) {
      const before = sent.get(sequence);
      if (before !== undefined) added.push(age - before);
    }
    sent.clear();
    console.log(
      summary(
        `minute ${minute}`,
        ages.map(({ age }) => age),
      ),
    );
  }
  console.log(await page.locator('.facts .codec').innerText());
  console.log(summary('camera to screen', all));
  console.log(summary('of that after model and encoder', added));
  console.log(`${misread} codes could not be read`);
} finally {
  await browser.close();
  stop.abort();
  await running.catch(() => undefined);
  const closed = once(app.server, 'close');
  await app.close();
  await closed;
  await camera.close();
}
