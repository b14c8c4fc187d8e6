// A program that ends while the model runs, in the way its argument names, with `ahead` in two threads at once. onnxruntime would abort it with status 134.
import { createColorizer } from '../../src/model/colorizer.js';
import { greyFrame } from './frames.js';

const [, , way, ahead] = process.argv;
const several = ahead === 'ahead' ? { ahead: true, workers: 2 } : {};
const starting = createColorizer({ cacheFolder: false, device: 'cpu', threads: 1, ...several });
if (way === 'exit while loading') setTimeout(() => process.exit(9), 30);

const colorizer = await starting;
const stream = colorizer.stream({ smoothing: 0.5 });
let sequence = 0;
/** Keeps the model busy for as long as the process lives. */
const feed = (): void => {
  sequence += 1;
  stream.colorize(greyFrame(sequence, { width: 640, height: 512 })).then(feed, () => undefined);
};
if (way === 'forget to close') {
  await stream.colorize(greyFrame(0, { width: 64, height: 64 }));
} else {
  for (let begun = 0; begun < 4; begun += 1) feed();
}

if (way !== 'forget to close') await stream.colorize(greyFrame(0, { width: 640, height: 512 }));
if (way === 'exit') process.exit(9);
if (way === 'throw') throw new Error('on purpose');
if (way === 'close') await colorizer.close();
if (way === 'close and exit') {
  await colorizer.close();
  process.exit(9);
}
