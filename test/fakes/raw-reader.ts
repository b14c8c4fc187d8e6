/* A program that counts the frames of 5×3 pixels, 16 bit each, on its standard input. */
import { BufferPool } from '../../src/core/buffer-pool.js';
import { systemClock } from '../../src/core/clock.js';
import { silent } from '../../src/core/notices.js';
import { openRaw } from '../../src/sources/raw.js';

const source = await openRaw('-', {
  size: { width: 5, height: 3 },
  pixelFormat: 'gray16le',
  pool: new BufferPool(),
  clock: systemClock,
  notify: silent,
});
let count = 0;
for await (const frame of source.frames()) {
  frame.release();
  count += 1;
}
process.stdout.write(`${count} frames\n`);
