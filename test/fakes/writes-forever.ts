// A program that writes a video without end, until it is killed. Arguments: the output, the ffmpeg to use.
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { openSink } from '../../src/sinks/open.js';
import { colourFrame, sourceInfo } from './colour-frames.js';

const [target = '', path = ''] = process.argv.slice(2);
const sink = await openSink(target, {
  binary: () => findFfmpeg({ path }),
  source: sourceInfo(),
  notify: () => undefined,
});
for (let sequence = 0; ; sequence++) {
  await sink.write(colourFrame({ sequence }));
  if (sequence === 20) process.stdout.write('busy\n');
}
