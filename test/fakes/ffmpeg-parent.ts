/*
 * A program that starts a child through the supervisor, prints its process id once the child has said something on
 * stderr (so it is under way), and then does nothing, so that a test
 * can end it in any way and look whether the child is gone. Arguments: the child's executable and arguments. A line on
 * standard input, or its end, makes it exit by itself.
 */
import { startFfmpeg } from '../../src/ffmpeg/process.js';

const [path = '', ...args] = process.argv.slice(2);
let reported = false;
const child = startFfmpeg(path, args, {
  stdout: 'pipe',
  onLine: () => {
    if (!reported) process.stdout.write(`${child.pid ?? 0}\n`);
    reported = true;
  },
});
child.stdout?.resume();
process.stdin.on('data', () => process.exit(0));
process.stdin.on('end', () => process.exit(0));
