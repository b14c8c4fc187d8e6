import { Option, type Command } from 'commander';
import { streamSchema } from '../config.js';
import { stream, type StreamInput } from '../index.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';
import { createLiveReporter } from './live-report.js';

const EXAMPLES = `
Outputs: rtsp:// rtsps:// rtmp:// srt:// udp:// to push to, web/index.m3u8 for web players, out.mp4 .mkv .mov .ts to
record, archive/%Y%m%d-%H%M%S.mp4 for one file after the other, a picture folder/, or - for stdout.

Examples:
  $ daylit stream rtsp://camera/thermal -r noon.jpg --to rtsp://server/colour --to 'archive/%Y%m%d-%H%M%S.mp4'
  $ daylit stream udp://239.1.2.3:5000 -r noon.jpg --to web/index.m3u8
  $ daylit stream patrol.mp4 --realtime --loop --palette ironbow --to udp://127.0.0.1:5000
  $ daylit stream synthetic:street -r synthetic:street --to web/index.m3u8     no camera at all
  $ daylit stream rtsp://camera/thermal -r noon.jpg --to - | ffplay -f nut -

It runs until it is stopped (Ctrl-C or SIGTERM: what came in is written, files are finished; a second time ends at
once). A camera or receiver that goes away is tried again, sooner or later; SIGUSR1 tries all of them now.
Frames are dropped, never delayed, when the model is slower than the camera.
Exit status: 0 when stopped, others by error family (docs/errors.md).
`;

const { shape } = streamSchema;

/** `daylit stream`: a live camera in, daylight colour out, for as long as it is let run. */
export function addStreamCommand(program: Command): void {
  program
    .command('stream')
    .description('colour a live camera by a daylight photo and hand it on, for as long as it is let run')
    .argument(
      '<input>',
      'rtsp, rtsps, udp, rtp, tcp, srt, http or https address, synthetic:street, or a recording with --realtime',
    )
    .option('-r, --reference <photo>', 'daylight photo of the place; may be given several times', collect)
    .option('--no-reference', 'colour without a photo, by what the model knows')
    .requiredOption('--to <target>', 'where to; may be given several times', collect)
    .option('--realtime', 'play a recording as a camera would send it')
    .option('--loop', 'play it over and over again')
    .addOption(
      choice('--transport <kind>', 'how RTSP carries pictures', shape.transport.unwrap().options).default('tcp'),
    )
    .option('--first-frame-timeout <s>', 'how long a connection may take to show its first picture (15)', Number)
    .option('--stall-timeout <s>', 'how long a stream may show nothing (4)', Number)
    .option('--segment <s>', 'how long each file of a recording with a time in its name is (600)', Number)
    .option('--side-by-side', 'thermal picture left, colour right')
    .option('--smoothing <0..1>', 'how strongly colours are held where the picture stands still (0.8)', Number)
    .addOption(choice('--palette <name>', 'false colours instead of the model', shape.palette.unwrap().options))
    .addOption(choice('--agc <kind>', 'gain control', shape.agc.unwrap().options).default('auto'))
    .addOption(
      choice('--polarity <kind>', 'which end of the grey scale is hot', shape.polarity.unwrap().options).default(
        'auto',
      ),
    )
    .addOption(
      choice('--input-palette <name>', 'false colours the input is in', shape.inputPalette.unwrap().options).default(
        'auto',
      ),
    )
    .addOption(choice('--range <kind>', 'luma range of the input', shape.range.unwrap().options).default('auto'))
    .option('--codec <name>', 'h264, h265, and what else a container can hold')
    .option('--crf <quality>', 'quality of the codec; smaller is better', Number)
    .option('--preset <name>', 'speed of the encoder')
    .addOption(choice('--format <name>', 'what to write to stdout', shape.format.unwrap().options))
    .addOption(choice('--device <name>', 'what runs the model', shape.device.unwrap().options).default('auto'))
    .addOption(
      choice('--precision <name>', 'how fine the CPU counts', shape.precision.unwrap().options).default('auto'),
    )
    .option('--threads <n>', 'threads of the model on the CPU', Number)
    .option('--model <folder>', 'another model')
    .option('--ffmpeg <path>', 'which ffmpeg to use')
    .option('--json', 'one JSON event a line instead of text')
    .option('--quiet', 'say nothing unless it fails')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, flags: Record<string, unknown>) => {
      await runStream(input, flags);
    });
}

async function runStream(input: string, flags: Record<string, unknown>): Promise<void> {
  const { reference, to, json, quiet, ...options } = flags;
  const stdoutTaken = Array.isArray(to) && to.includes('-');
  const reporter = createLiveReporter({ json: json === true, quiet: quiet === true, stdoutTaken });
  const interrupts = listenForInterrupts(() => {
    reporter.notice({ kind: 'interrupted', message: 'Finishing what came in; once more stops at once.' });
  });
  let retryNow = (): void => undefined;
  const onRetry = (): void => {
    retryNow();
  };
  process.on('SIGUSR1', onRetry);
  try {
    const wanted = { ...options, input, references: reference === false ? undefined : reference, outputs: to };
    const status = await stream(wanted as StreamInput, {
      notify: reporter.notice,
      onState: reporter.state,
      onStatus: reporter.status,
      onStart: (running) => {
        retryNow = () => {
          running.retryNow();
        };
      },
      until: interrupts.until,
      abort: interrupts.abort,
    });
    reporter.summary(status);
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    process.off('SIGUSR1', onRetry);
    interrupts.dispose();
  }
}

function choice(flags: string, description: string, names: readonly string[]): Option {
  return new Option(flags, description).choices(names);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
