import type { Command } from 'commander';
import { DaylitError } from '../core/errors.js';
import { measureSpeed, type MeasureOptions, type Speed } from '../measure-speed.js';
import { failWith } from './failure.js';

const EXAMPLES = `
Examples:
  $ daylit bench
  $ daylit bench --frames 60 --json

All figures are for frames of 640x512. Wants an idle machine; what runs beside it shows. The floor is one ffmpeg that
decodes, paints by a palette and encodes: no pipeline can be faster. docs/performance.md says what to expect.
`;

/** `daylit bench`: how fast this machine colours. */
export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('measure how fast this machine colours, against the fastest that a pipeline can be')
    .option('--frames <n>', 'frames of the recording that is coloured (150)', Number)
    .option('--ffmpeg <path>', 'which ffmpeg to use')
    .option('--model <folder>', 'another model')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...options }: { json?: true } & MeasureOptions) => {
      try {
        const { frames = 1 } = options;
        if (!Number.isInteger(frames) || frames < 1) throw new DaylitError('OPTION_INVALID', '--frames: 1 or more');
        for await (const speed of measureSpeed(options)) {
          process.stdout.write(json === true ? `${JSON.stringify(speed)}\n` : lineOf(speed));
        }
      } catch (thrown) {
        failWith(thrown);
      }
    });
}

function lineOf({ what, unit, value, note = '' }: Speed): string {
  const figure = value === undefined ? '–' : `${value.toFixed(1)} ${unit}`;
  return `${what.padEnd(42)} ${figure.padStart(16)}  ${note}`.trimEnd() + '\n';
}
