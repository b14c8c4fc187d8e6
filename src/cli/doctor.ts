import type { Command } from 'commander';
import { examine, type Check } from '../examine.js';
import { failWith } from './failure.js';

const MARKS: Readonly<Record<Check['state'], string>> = { good: '✓', note: '–', bad: '✗' };

/** `daylit doctor`: whether this machine has all that daylit needs, and what it could use besides. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check ffmpeg, devices and the model on this machine')
    .option('--ffmpeg <path>', 'which ffmpeg to use')
    .option('--model <folder>', 'another model')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ daylit doctor\n  $ daylit doctor --ffmpeg /opt/ffmpeg/bin/ffmpeg --json\n\nExit status: 0 when daylit can work here, otherwise that of the first thing that is wrong.\n',
    )
    .action(async ({ json, ...options }: { json?: true; ffmpeg?: string; model?: string }) => {
      try {
        const checks = await examine(options);
        process.stdout.write(
          json === true
            ? `${JSON.stringify(checks, null, 2)}\n`
            : checks.map(({ state, name, detail }) => `${MARKS[state]} ${name.padEnd(10)} ${detail}\n`).join(''),
        );
        process.exitCode = checks.find(({ state }) => state === 'bad')?.exitStatus ?? 0;
      } catch (thrown) {
        failWith(thrown);
      }
    });
}
