/*
 * Stands in for ffmpeg and behaves badly in one way, named by its first argument. Run as `node ffmpeg-stand-in.js …`.
 * It says "ready" on stderr once it does what it is here for.
 */
import { NutMuxer } from '../../src/ffmpeg/nut-mux.js';

const stayAlive = (): void => {
  setInterval(() => undefined, 1000);
};
const ready = (): void => {
  process.stderr.write('ready\n');
};

const behaviours: Readonly<Record<string, () => void>> = {
  /** Waits for ever, and ends by SIGTERM like any program. */
  hangs: () => {
    stayAlive();
    ready();
  },
  /** Only SIGKILL ends it. */
  'ignores-term': () => {
    process.on('SIGTERM', () => process.stderr.write('asked by SIGTERM\n'));
    process.stdin.on('data', (text: Buffer) => process.stderr.write(`asked by ${text.toString()}\n`));
    stayAlive();
    ready();
  },
  /** Ends well when it is asked by `q`. */
  'obeys-q': () => {
    process.stdin.on('data', (text: Buffer) => {
      if (text.toString() === 'q') process.exit(0);
    });
    ready();
  },
  /** Writes one whole frame and a part of the next, then crashes. */
  'dies-mid-frame': () => {
    const muxer = new NutMuxer({
      format: 'gray8',
      size: { width: 8, height: 4 },
      timeBase: { numerator: 1, denominator: 25 },
    });
    const pixels = new Uint8Array(32).fill(7);
    process.stdout.write(
      Buffer.concat([muxer.header(), muxer.frame(0), pixels, muxer.frame(1), pixels.subarray(0, 20)]),
      () => {
        process.kill(process.pid, 'SIGKILL');
      },
    );
  },
  /** Writes frames for as long as somebody reads them, saying how many on stderr. */
  'never-ends': () => {
    const muxer = new NutMuxer({
      format: 'gray8',
      size: { width: 640, height: 512 },
      timeBase: { numerator: 1, denominator: 25 },
    });
    const pixels = new Uint8Array(640 * 512);
    process.stdout.write(muxer.header());
    const write = (pts: number): void => {
      process.stdout.write(Buffer.concat([muxer.frame(pts), pixels]), () => {
        process.stderr.write(`frame=${pts + 1}\n`);
        write(pts + 1);
      });
    };
    write(0);
  },
  /** A megabyte without a line end, then a thousand lines, then the reason. */
  'floods-stderr': () => {
    const flood = 'x'.repeat(1 << 20) + '\n' + '[warning] again\n'.repeat(1000) + '[error] the reason\n';
    process.stderr.write(flood, () => process.exit(1));
  },
  'disk-full': () => {
    process.stderr.write('[error] av_interleaved_write_frame(): No space left on device\n', () => process.exit(1));
  },
  'names-secret': () => {
    process.stderr.write(`[error] ${process.argv[3] ?? ''}: refused\n`, () => process.exit(1));
  },
};

behaviours[process.argv[2] ?? '']?.();
