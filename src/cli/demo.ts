import { join } from 'node:path';
import type { Command } from 'commander';
import { colorize, savePhoto } from '../index.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';
import { createReporter } from './report.js';

/** `daylit demo`: sees it work with no camera, no photo and no system ffmpeg. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('render a thermal street, colour it by a daylight view of the same street, and show both')
    .option('-o, --output <folder>', 'where to put the results', 'demo-output')
    .option('--seconds <n>', 'how long', Number, 6)
    .addHelpText('after', '\nExample:\n  $ daylit demo -o somewhere --seconds 10\n')
    .action(async ({ output, seconds }: { output: string; seconds: number }) => {
      await runDemo(output, seconds);
    });
}

async function runDemo(folder: string, seconds: number): Promise<void> {
  const reporter = createReporter({ json: false, quiet: false, stdoutTaken: false });
  const interrupts = listenForInterrupts(() => undefined);
  const street = 'synthetic:street?size=640x512&fps=25';
  const [film, photo] = [join(folder, 'street.mp4'), join(folder, 'reference.jpg')];
  try {
    const { until, abort } = interrupts;
    const summary = await colorize(
      {
        input: [`${street}&frames=${Math.max(1, Math.round(seconds * 25))}`],
        references: [street],
        outputs: [film],
        sideBySide: true,
        overwrite: true,
      },
      { notify: reporter.notice, onProgress: reporter.progress, until, abort },
    );
    await savePhoto(street, photo);
    reporter.summary(summary);
    process.stderr.write(
      `\n${film}: the thermal street left, in daylight colour right.\n${photo}: the daylight photo that guided it.\n` +
        'Colours are made up from the photo, not measured.\n',
    );
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    interrupts.dispose();
  }
}
