import { once } from 'node:events';
import type { Command } from 'commander';
import { FollowedFile } from '../cameras/open-cameras.js';
import type { CamerasFile } from '../cameras/parse.js';
import { DaylitError } from '../core/errors.js';
import { ServiceManager } from '../service-manager.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';
import { createLiveReporter } from './live-report.js';
import { addReportOptions } from './options.js';

const EXAMPLES = `
Examples:
  $ daylit run cameras.yml
  $ daylit run /etc/daylit/cameras.yml --json

Each camera under "cameras:" takes what "daylit stream" takes (docs/cameras.md has a sample). When the file changes, or
on SIGHUP, cameras whose settings are the same run on untouched; others end, start or start again. A broken file is told
of and changes nothing. SIGUSR1 tries again now whatever waits. To watch them on a page: daylit serve cameras.yml.
It runs until it is stopped (Ctrl-C or SIGTERM: what came in is written, files are finished; a second time ends at once).
Exit status: 0 when stopped, others by error family (docs/errors.md).
`;

/** Milliseconds between two looks at where the cameras stand. */
const STATUS_EVERY = 1000;

/** `daylit run`: many cameras in one process, by a file. */
export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('colour all cameras of a file and hand them on, for as long as it is let run')
    .argument('<file>', 'cameras.yml');
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (file: string, flags: { json?: true; quiet?: true }) => {
    await run(file, flags);
  });
}

async function run(file: string, { json, quiet }: { json?: true; quiet?: true }): Promise<void> {
  const reporter = createLiveReporter({ json: json === true, quiet: quiet === true, stdoutTaken: false });
  const manager = new ServiceManager(process.env, reporter.notice);
  let followed: FollowedFile | undefined;
  const interrupts = listenForInterrupts(
    () => {
      reporter.notice({ kind: 'interrupted', message: 'Finishing what came in; once more stops at once.' });
      void manager.stopping();
    },
    () => void reload(),
  );
  const { until, abort } = interrupts;
  const reload = async (): Promise<void> => {
    if (followed === undefined) return;
    await manager.reloading();
    await followed.reload();
    await manager.ready(summaryOf(followed));
  };
  const retryNow = (): void => {
    for (const camera of followed?.set.list() ?? []) camera.retryNow();
  };
  process.on('SIGUSR1', retryNow);
  let timer: NodeJS.Timeout | undefined;
  try {
    const { notice: notify, state: onState } = reporter;
    const hooks = { notify, onState, abort, watched: false, variables: process.env, accept: refuseWithoutOutputs };
    followed = await FollowedFile.open(file, hooks);
    await manager.ready(summaryOf(followed));
    const { set } = followed;
    timer = setInterval(() => {
      reporter.cameras(set.list().map((camera) => camera.status()));
    }, STATUS_EVERY);
    if (!until.aborted) await once(until, 'abort');
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    clearInterval(timer);
    await followed?.close();
    if (abort.aborted) failWith(new DaylitError('INTERRUPTED', 'what was recorded stays'), reporter.error);
    process.off('SIGUSR1', retryNow);
    interrupts.dispose();
  }
}

function summaryOf({ set }: FollowedFile): string {
  return `${set.list().length} cameras run, ${set.failures().length} could not begin`;
}

/** Without a page, a camera is there for its outputs. @throws DaylitError CONFIG_INVALID */
function refuseWithoutOutputs({ cameras }: CamerasFile): void {
  if (cameras.length === 0) throw new DaylitError('CONFIG_INVALID', 'there is no camera in it');
  const idle = cameras.filter(({ outputs = [] }) => outputs.length === 0).map(({ id }) => id);
  if (idle.length === 0) return;
  throw new DaylitError('CONFIG_INVALID', `without outputs: ${idle.join(', ')}`, {
    hint: 'Name outputs, or watch the cameras on a page: daylit serve cameras.yml.',
  });
}
