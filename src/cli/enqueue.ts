import type { Command } from 'commander';
import { z } from 'zod';
import { checked } from '../checked-options.js';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { coloursSchema } from '../fleet/archive-job.js';
import type { Enqueued } from '../fleet/enqueue.js';
import { objectAccess } from '../fleet/object-access.js';
import { failWith } from './failure.js';
import { jsonEvents } from './json-events.js';
import { addColouringOptions, addEncodingOptions, addReferenceOptions, addReportOptions } from './options.js';
import { addQueueOptions, queueAccess } from './queue-options.js';

const EXAMPLES = `
Examples:
  $ daylit enqueue 'archive/**/*.mp4' -r noon.jpg -o colour/
  $ daylit enqueue archive/ -r noon.jpg -o colour/ --part 300        parts of five minutes, over all workers
  $ daylit enqueue archive/ -r noon.jpg -o s3://bucket/colour        results to a bucket; workers have the key
  $ daylit fleet status --watch                                      how far it is

The same command again adds what is new, or gone. Recordings and results must lie below a --root of the workers, under the same
path on every machine.
`;

const flagsSchema = z.object({
  output: z.string().min(1),
  reference: z.union([z.array(z.string()), z.literal(false)]).default([]),
  part: z.number().min(1).max(86_400).default(600),
  model: z.string().min(1).optional(),
  ffmpeg: z.string().optional(),
});

/** `daylit enqueue`: recordings for a fleet. */
export function addEnqueueCommand(program: Command): void {
  const command = program
    .command('enqueue')
    .description('put recordings into the queue of a fleet')
    .argument('<input...>', 'recordings, folders or quoted globs')
    .requiredOption('-o, --output <folder>', 'where results go, laid out as the recordings are; or s3://bucket/prefix');
  addReferenceOptions(command).option('--part <s>', 'seconds of one part of a long recording (600)', Number);
  addQueueOptions(command);
  addColouringOptions(command);
  addEncodingOptions(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (inputs: string[], flags: Record<string, unknown>) => {
    await run(inputs, flags);
  });
}

async function run(inputs: readonly string[], flags: Record<string, unknown>): Promise<void> {
  try {
    refuseOfWorkers(flags);
    const { output, reference, part, model, ffmpeg } = checked(flagsSchema, flags);
    const colours = checked(z.object(coloursSchema.shape), flags);
    const access = { ...queueAccess(flags), ...present({ objects: objectAccess(process.env) }) };
    const { enqueue } = await import('../fleet/enqueue.js');
    const batch = { inputs, output, photos: reference === false ? [] : reference, colours, partSeconds: part };
    const tell = jsonEvents(process.stdout);
    const done = await enqueue({ ...batch, ...present({ model, ffmpeg }) }, access, (each) => {
      if (flags['json'] === true) tell('enqueued', each);
      else if (flags['quiet'] !== true) process.stderr.write(`${lineOf(each)}\n`);
    });
    const fresh = done.filter(({ state }) => state !== 'known').length;
    if (flags['json'] !== true) process.stderr.write(`${fresh} new, ${done.length - fresh} known already\n`);
  } catch (thrown) {
    failWith(thrown);
  }
}

/** What other commands take beside colours, and here would be said to nobody. */
function refuseOfWorkers({ device, threads, telemetry }: Record<string, unknown>): void {
  const given = device !== 'auto' ? 'device' : threads !== undefined ? 'threads' : undefined;
  if (given !== undefined)
    throw new DaylitError('OPTION_INVALID', `--${given}: workers have it, as \`daylit work --${given}\``);
  if (telemetry !== undefined)
    throw new DaylitError('OPTION_INVALID', '--telemetry: it is looked for beside each recording');
}

function lineOf({ input, output, parts, state }: Enqueued): string {
  const work = parts > 1 ? `${parts} parts` : 'one job';
  const what = { known: 'known already', new: work, again: `${work}; its result was gone` }[state];
  return `${input} → ${output}: ${what}`;
}
