import { Option, type Command } from 'commander';
import { colorize } from '../create-daylit.js';
import type { Notice } from '../core/notices.js';
import { jobSchema, type JobInput } from '../config.js';
import { listenForInterrupts } from './interrupt.js';
import { createReporter } from './report.js';
import { failWith } from './failure.js';

const EXAMPLES = `
Examples:
  $ daylit colorize patrol.mp4 -r noon.jpg -o patrol-colour.mp4
  $ daylit colorize 'frames/*.png' -r noon.jpg -r dusk.jpg -o out/      pictures to pictures, same names
  $ daylit colorize y16.tiff --agc plateau -o out.png                   16 bit in
  $ daylit colorize patrol.mp4 -r noon.jpg --side-by-side -o both.mp4   thermal left, colour right
  $ daylit colorize patrol.mp4 --palette ironbow -o ironbow.mp4         false colours, no model
  $ daylit colorize cam.y16 --size 640x512 --pixel-format gray16le --frame-rate 30 -o out.mkv
  $ daylit colorize synthetic:street -r synthetic:street -o street.mp4  no camera at all
  $ daylit colorize patrol.mp4 -r noon.jpg -o - --format nut | ffplay -f nut -

Colours are made up from the reference: they show what is likely there, not what was measured.
Exit status: 0 done, 1 some outputs failed, others by error family (docs/errors.md).
`;

/** Said where neither a photo nor its absence was asked for. */
const UNGUIDED = {
  kind: 'reference',
  message: 'No reference photo (-r): coloured by what the model knows of such scenes.',
} as const satisfies Notice;

const { shape } = jobSchema;

/** `daylit colorize`: thermal pictures in, daylight colour out. */
export function addColorizeCommand(program: Command): void {
  program
    .command('colorize')
    .description('colour a thermal recording, pictures or a synthetic scene by a daylight photo')
    .argument('<input...>', 'video, picture, folder, quoted glob, raw video, or synthetic:street | synthetic:drone')
    .option('-r, --reference <photo>', 'daylight photo of the place; may be given several times', collect)
    .option('--no-reference', 'colour without a photo, by what the model knows')
    .requiredOption(
      '-o, --output <target>',
      'file, folder/, pattern-%05d.png or - ; may be given several times',
      collect,
    )
    .option('--overwrite', 'replace outputs that exist')
    .option('--side-by-side', 'thermal picture left, colour right')
    .option(
      '--smoothing <0..1>',
      'how strongly colours are held where the picture stands still (0.8 for video, 0 for pictures)',
      Number,
    )
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
    .addOption(choice('--range <kind>', 'luma range of the input video', shape.range.unwrap().options).default('auto'))
    .option('--size <WxH>', 'size of raw video')
    .addOption(choice('--pixel-format <name>', 'pixel format of raw video', shape.pixelFormat.unwrap().options))
    .option('--frame-rate <fps>', 'frames a second of raw video and of pictures', Number)
    .option('--codec <name>', 'h264, h265, vp9, ffv1, mjpeg or prores, as far as the container can hold it')
    .option('--crf <quality>', 'quality of the codec; smaller is better', Number)
    .option('--preset <name>', 'speed of the encoder')
    .addOption(choice('--format <name>', 'what to write to stdout', shape.format.unwrap().options))
    .addOption(choice('--device <name>', 'what runs the model', shape.device.unwrap().options).default('auto'))
    .addOption(
      choice('--precision <name>', 'how fine the CPU counts', shape.precision.unwrap().options).default('auto'),
    )
    .option('--threads <n>', 'threads of the model on the CPU', Number)
    .option('--model <folder>', 'another model')
    .option('--keep-partial', 'of a damaged input, keep the frames that could be read')
    .option('--ffmpeg <path>', 'which ffmpeg to use')
    .option('--json', 'one JSON event a line instead of text')
    .option('--quiet', 'say nothing unless it fails')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string[], flags: Record<string, unknown>) => {
      await runColorize(input, flags);
    });
}

async function runColorize(input: string[], flags: Record<string, unknown>): Promise<void> {
  const { reference, output, json, quiet, ...options } = flags;
  const stdoutTaken = Array.isArray(output) && output.includes('-');
  const reporter = createReporter({ json: json === true, quiet: quiet === true, stdoutTaken });
  const interrupts = listenForInterrupts(() => {
    reporter.notice({ kind: 'interrupted', message: 'Finishing what was read; once more stops at once.' });
  });
  try {
    const job = { ...options, input, references: reference === false ? undefined : reference, outputs: output ?? [] };
    if (reference === undefined && options['palette'] === undefined) reporter.notice(UNGUIDED);
    const summary = await colorize(job as JobInput, {
      notify: reporter.notice,
      onProgress: reporter.progress,
      until: interrupts.until,
      abort: interrupts.abort,
    });
    reporter.summary(summary);
    // A reader of stdout that has seen enough and left is a failure of nothing.
    if (summary.failures.some(({ error }) => error.exitStatus > 0)) process.exitCode = 1;
    else if (summary.stoppedEarly) process.exitCode = 130;
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    interrupts.dispose();
  }
}

function choice(flags: string, description: string, names: readonly string[]): Option {
  return new Option(flags, description).choices(names);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
