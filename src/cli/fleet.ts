import type { Command } from 'commander';
import { readCamerasFile } from '../cameras/read.js';
import { pageToken } from '../fleet/page-token.js';
import { checkedKey } from '../fleet/signed.js';
import type { FleetStatus } from '../fleet/fleet-status.js';
import { DaylitError } from '../core/errors.js';
import { realWait } from '../core/wait.js';
import { describeFleet } from './describe-fleet.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';
import { addReportOptions } from './options.js';
import { addQueueOptions, queueAccess, queueFrom } from './queue-options.js';

const EXAMPLES = `
Examples:
  $ daylit fleet cameras.yml             these cameras, kept alive over all workers that have room for cameras
  $ daylit fleet up cameras.yml --once   tell the fleet and end; nobody mends a queue that forgets
  $ daylit fleet status --watch          who runs what
  $ daylit fleet retry                   dead letters of recordings get another try
  $ daylit fleet token > fleet-token     for Prometheus, to read /metrics of workers

Outputs carry a token that rises with each worker that takes a camera: "{fence}" in an address, else at its end.
`;

/** Milliseconds between two looks at whether the queue still knows all cameras. */
const MEND_EVERY = 5000;
const WATCH_EVERY = 1000;

/** `daylit fleet`: cameras and jobs over many machines. */
export function addFleetCommand(program: Command): void {
  const fleet = program
    .command('fleet')
    .description('cameras kept alive over all workers, and where everything stands')
    .addHelpText('afterAll', EXAMPLES);
  const up = fleet
    .command('up', { isDefault: true })
    .description('keep the cameras of a file alive over all workers')
    .argument('<file>', 'cameras.yml; read again on SIGHUP')
    .option('--once', 'tell the fleet and end');
  const status = fleet
    .command('status')
    .description('who runs what, age, rate, drops, jobs and dead letters')
    .option('--watch', 'again every second');
  const retry = fleet.command('retry').description('give dead letters of recordings another try');
  fleet
    .command('token')
    .description("print the token that workers' pages take, as for Prometheus; it comes of DAYLIT_FLEET_KEY")
    .action(() => {
      try {
        process.stdout.write(`${pageToken(checkedKey(process.env['DAYLIT_FLEET_KEY'])).token}\n`);
      } catch (thrown) {
        failWith(thrown);
      }
    });
  for (const command of [up, status, retry]) {
    addQueueOptions(command);
    addReportOptions(command);
  }
  up.action(keepUp);
  status.action(showStatus);
  retry.action(retryDead);
}

async function keepUp(file: string, flags: Record<string, unknown>): Promise<void> {
  const say = (text: string): void => {
    if (flags['quiet'] !== true) process.stderr.write(`${text}\n`);
  };
  let again = new AbortController();
  const interrupts = listenForInterrupts(
    () => {
      say('The cameras run on; `daylit fleet` with an empty file ends them.');
    },
    () => {
      again.abort();
    },
  );
  try {
    const access = queueAccess(flags);
    const { CameraFleet } = await import('../fleet/camera-fleet.js');
    const fleet = new CameraFleet(access);
    try {
      const { until } = interrupts;
      for (let first = true; !until.aborted; first = false) {
        again = new AbortController();
        const change = await mended(
          async () => fleet.apply((await readCamerasFile(file, process.env)).cameras),
          first,
          say,
        );
        if (change !== undefined) {
          if (change.started.length > 0) say(`started: ${change.started.join(', ')}`);
          if (change.ended.length > 0) say(`ended: ${change.ended.join(', ')}`);
          if (first && change.untouched.length > 0) say(`run already: ${change.untouched.join(', ')}`);
        }
        if (flags['once'] === true) break;
        await realWait(MEND_EVERY, AbortSignal.any([until, again.signal]));
      }
    } finally {
      await fleet.close();
    }
  } catch (thrown) {
    failWith(thrown);
  } finally {
    interrupts.dispose();
  }
}

/** At the start whatever is wrong is an error; later the cameras run on as they are until it is mended. */
async function mended<T>(apply: () => Promise<T>, first: boolean, say: (text: string) => void): Promise<T | undefined> {
  try {
    return await apply();
  } catch (thrown) {
    if (first) throw thrown;
    const { code, message } = DaylitError.from(thrown);
    say(`${code}: ${message}`);
    return undefined;
  }
}

async function showStatus(flags: Record<string, unknown>): Promise<void> {
  const show = (status: FleetStatus): void => {
    process.stdout.write(`${flags['json'] === true ? JSON.stringify(status) : describeFleet(status)}\n`);
  };
  const interrupts = listenForInterrupts(() => undefined);
  try {
    const { FleetWatch } = await import('../fleet/fleet-status.js');
    const watch = new FleetWatch(queueFrom(flags));
    try {
      do {
        show(await watch.look());
        if (flags['watch'] !== true) break;
        await realWait(WATCH_EVERY, interrupts.until);
      } while (!interrupts.until.aborted);
    } finally {
      await watch.close();
    }
  } catch (thrown) {
    failWith(thrown);
  } finally {
    interrupts.dispose();
  }
}

async function retryDead(flags: Record<string, unknown>): Promise<void> {
  try {
    const { FleetWatch } = await import('../fleet/fleet-status.js');
    const watch = new FleetWatch(queueFrom(flags));
    try {
      process.stderr.write(`${await watch.retryDead()} tried again\n`);
    } finally {
      await watch.close();
    }
  } catch (thrown) {
    failWith(thrown);
  }
}
