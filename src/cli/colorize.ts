import type { Command } from 'commander';
import { colorize } from '../create-daylit.js';
import { present } from '../core/present.js';
import type { Notice } from '../core/notices.js';
import { jobSchema, type JobInput } from '../config.js';
import { listenForInterrupts } from './interrupt.js';
import { createReporter } from './report.js';
import { TraceFile } from './trace-file.js';
import { failWith } from './failure.js';
import {
  addColouringOptions,
  addEncodingOptions,
  addProfileOption,
  addReferenceOptions,
  addReportOptions,
  choice,
  collect,
} from './options.js';

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

/** `daylit colorize`: thermal pictures in, daylight colour out. */
export function addColorizeCommand(program: Command): void {
  const command = program
    .command('colorize')
    .description('colour a thermal recording, pictures or a synthetic scene by a daylight photo')
    .argument('<input...>', 'video, picture, folder, quoted glob, raw video, or synthetic:street | synthetic:drone');
  addReferenceOptions(command)
    .requiredOption(
      '-o, --output <target>',
      'file, folder/, pattern-%05d.png or - ; may be given several times',
      collect,
    )
    .option('--overwrite', 'replace outputs that exist')
    .option('--side-by-side', 'thermal picture left, colour right');
  addColouringOptions(command)
    .option('--size <WxH>', 'size of raw video')
    .addOption(
      choice('--pixel-format <name>', 'pixel format of raw video', jobSchema.shape.pixelFormat.unwrap().options),
    )
    .option('--frame-rate <fps>', 'frames a second of raw video and of pictures', Number)
    .option('--keep-partial', 'of a damaged input, keep the frames that could be read');
  addEncodingOptions(command);
  addProfileOption(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (input: string[], flags: Record<string, unknown>) => {
    await runColorize(input, flags);
  });
}

async function runColorize(input: string[], flags: Record<string, unknown>): Promise<void> {
  const { reference, output, json, quiet, profile, ...options } = flags;
  const stdoutTaken = Array.isArray(output) && output.includes('-');
  const reporter = createReporter({ json: json === true, quiet: quiet === true, stdoutTaken });
  const interrupts = listenForInterrupts(() => {
    reporter.notice({ kind: 'interrupted', message: 'Finishing what was read; once more stops at once.' });
  });
  let trace: TraceFile | undefined;
  try {
    if (typeof profile === 'string') trace = new TraceFile(profile);
    const job = { ...options, input, references: reference === false ? undefined : reference, outputs: output ?? [] };
    if (reference === undefined && options['palette'] === undefined) reporter.notice(UNGUIDED);
    const summary = await colorize(job as JobInput, {
      notify: reporter.notice,
      onProgress: reporter.progress,
      ...present({ onStep: trace?.onStep }),
      until: interrupts.until,
      abort: interrupts.abort,
    });
    trace?.close();
    reporter.summary(summary);
    // A reader of stdout that has seen enough and left is a failure of nothing.
    if (summary.failures.some(({ error }) => error.exitStatus > 0)) process.exitCode = 1;
    else if (summary.stoppedEarly) process.exitCode = 130;
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    trace?.close();
    interrupts.dispose();
  }
}
