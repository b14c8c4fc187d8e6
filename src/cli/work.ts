import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { z } from 'zod';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { measureCapacity } from '../capacity.js';
import { checked } from '../checked-options.js';
import { jobSchema } from '../config.js';
import { objectAccess } from '../fleet/object-access.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';
import { addReportOptions, choice, collect } from './options.js';
import { addQueueOptions, queueAccess } from './queue-options.js';
import { openWorkPage, type WorkPage } from './work-page.js';

const EXAMPLES = `
Examples:
  $ export DAYLIT_QUEUE=redis://:password@queue-host DAYLIT_FLEET_KEY=…
  $ daylit work --root /srv/archive                    recordings below /srv/archive, one at a time
  $ daylit work                                        as many cameras as this machine can colour, measured
  $ daylit work --cameras 4                            up to four cameras, no recordings
  $ daylit work --root /srv/archive --root s3://colour  recordings of /srv/archive, results to a bucket, too
  $ daylit work --root /srv/archive --jobs 0 --cameras 4   cameras, which record below /srv/archive

All machines of a fleet share DAYLIT_FLEET_KEY (openssl rand -hex 32); jobs that are not signed by it are refused.
Ctrl-C or SIGTERM once: nothing more is taken, jobs in hand are finished and cameras handed over. Twice: jobs go back.
`;

const MOST_CAMERAS = 256;

const flagsSchema = z.object({
  name: z
    .string()
    .regex(/^[\w.-]{1,60}$/, 'must be letters, digits, dots and dashes')
    .optional(),
  listen: z.string().min(1).optional(),
  root: z.array(z.string().min(1)).default([]),
  jobs: z.int().min(0).max(64).optional(),
  cameras: z.union([z.literal('auto'), z.coerce.number().pipe(z.int().min(0).max(MOST_CAMERAS))]).optional(),
  device: jobSchema.shape.device.optional(),
  threads: jobSchema.shape.threads,
  model: jobSchema.shape.model,
  ffmpeg: jobSchema.shape.ffmpeg,
});

/** `daylit work`: one machine of a fleet. */
export function addWorkCommand(program: Command, version: string): void {
  const command = program
    .command('work')
    .description('take recordings and cameras from the queue of a fleet, as many as this machine has room for');
  addQueueOptions(command)
    .option(
      '--root <folder>',
      'a folder that jobs may use, or s3://bucket/prefix for results; may be given several times',
      collect,
    )
    .option('--jobs <n>', 'recordings at once (1 where a --root is named)', Number)
    .option('--cameras <n>', 'cameras at once; auto: as many as it can colour, measured (auto; 0 with a --root)')
    .option('--listen <host:port>', 'show the cameras here to the page of the fleet, and /livez to anybody')
    .option('--name <name>', 'how this worker is called (host and process)')
    .addOption(choice('--device <name>', 'what runs the model', jobSchema.shape.device.unwrap().options))
    .option('--threads <n>', 'threads of each model on the CPU', Number)
    .option('--model <folder>', 'another model')
    .option('--ffmpeg <path>', 'which ffmpeg to use');
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (flags: Record<string, unknown>) => {
    await work(flags, version);
  });
}

async function work(flags: Record<string, unknown>, version: string): Promise<void> {
  const tell = (event: WorkEvent): void => {
    if (flags['json'] === true)
      process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
    else if (flags['quiet'] !== true) process.stderr.write(`${lineOf(event)}\n`);
  };
  const interrupts = listenForInterrupts(() => {
    tell({ event: 'stopping', detail: 'finishing what is in hand; once more gives it back' });
  });
  let page: WorkPage | undefined;
  try {
    const {
      name = `${hostname()}-${process.pid}`,
      root,
      listen,
      cameras: wanted = root.length > 0 ? 0 : 'auto',
      jobs = root.length > 0 ? 1 : 0,
      ...machine
    } = checked(flagsSchema, flags);
    if (jobs === 0 && wanted === 0) {
      throw new DaylitError('OPTION_INVALID', 'there is nothing that this worker may do', {
        hint: 'Name a --root for recordings, or give --cameras a number.',
      });
    }
    const access = queueAccess(flags);
    const capacity = wanted === 'auto' ? await measureCapacity(machine) : { cameras: wanted };
    const cameras = Math.min(capacity.cameras, MOST_CAMERAS);
    // Only here: other commands need not wait for the queue's library.
    const { startWorker } = await import('../fleet/fleet-worker.js');
    if (listen !== undefined) page = await openWorkPage(listen, access.key);
    const worker = await startWorker({
      ...present({ address: page?.address, onCameras: page?.show }),
      ...{ ...access, name, version, roots: root, jobs, ...capacity, cameras },
      machine: present(machine),
      ...present({ objects: objectAccess(process.env) }),
      onEvent: ({ of, what, ...more }) => {
        tell({ event: what, of, ...more });
      },
    });
    tell({ event: 'ready', detail: `${name} at ${access.queue.label}: ${jobs} jobs, ${cameras} cameras at once` });
    if (!interrupts.until.aborted) await once(interrupts.until, 'abort');
    const finished = worker.close(false);
    const impatient = once(interrupts.abort, 'abort').then(() => worker.close(true));
    await Promise.race([finished, impatient]);
  } catch (thrown) {
    failWith(thrown);
  } finally {
    await page?.close();
    interrupts.dispose();
  }
}

interface WorkEvent {
  readonly event: string;
  readonly of?: string;
  readonly fence?: number;
  readonly detail?: string;
}

function lineOf({ event, of, fence, detail }: WorkEvent): string {
  const parts = [of, event, ...(fence === undefined ? [] : [`(token ${fence})`]), detail];
  const time = new Date().toTimeString().slice(0, 8);
  return `${time} ${parts
    .filter((part) => part !== undefined && part !== '')
    .map(String)
    .join(' ')}`;
}
