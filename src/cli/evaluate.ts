import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import {
  evaluate,
  markdownOf,
  PROTOCOLS,
  type EvaluateHooks,
  type EvaluateOptions,
  type Protocol,
} from '../evaluate.js';
import { duration } from './describe.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';

const HELP = `
The folder holds thermal/ and visible/ with pictures of the same names and sizes, such as road-012.jpg; index.csv
beside it may name the site and scene_block of each. Protocols: self (coloured after its own daylight picture), scene
(another of its block), cross (another site), none. In scene and cross the real picture is not the only right answer.

The report has one row for each method and protocol, site by site: the model, raw thermal, ironbow, Reinhard transfer
and histogram matching. sheet-SITE-N.jpg shows, from left to right, the thermal picture, then the output of each
protocol (scene and cross: the reference first), then the real picture.

Examples:
  $ daylit evaluate pairs/val
  $ daylit evaluate pairs/val --model models/mine --protocol self,none --limit 10 --out report-mine/
`;

/** Milliseconds between two plain progress lines. */
const PLAIN_EVERY = 5000;

interface Flags extends Pick<EvaluateOptions, 'model' | 'overwrite'> {
  readonly protocol: string;
  readonly limit?: number;
  readonly out: string;
  readonly json?: true;
}

/** `daylit evaluate`: what ships, measured against real daylight pictures and against simple methods. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('measure the model on aligned thermal and daylight pictures')
    .argument('<pairs-folder>', 'folder with thermal/ and visible/')
    .option('--model <folder>', 'another model')
    .option('--protocol <list>', 'self, scene, cross, none, parted by commas', PROTOCOLS.join(','))
    .option('--limit <n>', 'at most so many pairs of each site', Number)
    .option('--out <folder>', 'where report.md, report.json and contact sheets go', 'report/')
    .option('--overwrite', 'replace a report that exists')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', HELP)
    .action(async (folder: string, flags: Flags) => {
      await runEvaluate(folder, flags);
    });
}

async function runEvaluate(folder: string, { json, protocol, limit, ...options }: Flags): Promise<void> {
  const interrupts = listenForInterrupts(() => {
    process.stderr.write('\nStopping after this pair; no report is written.\n');
  });
  const progress = createProgress();
  try {
    const report = await evaluate(
      folder,
      { ...options, ...present({ limit: limitOf(limit) }), protocols: protocolsOf(protocol) },
      { onProgress: progress.show, until: interrupts.until },
    );
    progress.end();
    process.stdout.write(json === true ? `${JSON.stringify(report, null, 1)}\n` : markdownOf(report));
  } catch (thrown) {
    progress.end();
    failWith(thrown);
  } finally {
    interrupts.dispose();
  }
}

/** In the order of the tables, whatever the order given. */
function protocolsOf(list: string): readonly Protocol[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(PROTOCOLS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new DaylitError('OPTION_INVALID', `--protocol: "${unknown}" is none of ${PROTOCOLS.join(', ')}`);
  }
  return PROTOCOLS.filter((protocol) => names.includes(protocol));
}

function limitOf(limit: number | undefined): number | undefined {
  if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 1)) return limit;
  throw new DaylitError('OPTION_INVALID', '--limit: must be a whole number from 1 on');
}

/** A bar on a terminal, a line now and then elsewhere; both on stderr. */
function createProgress(): { readonly show: NonNullable<EvaluateHooks['onProgress']>; readonly end: () => void } {
  const left = (pairs: number, of: number, elapsedMs: number): string => duration((elapsedMs / pairs) * (of - pairs));
  if (!process.stderr.isTTY) {
    let next = PLAIN_EVERY;
    return {
      show: ({ pairs, of, elapsedMs }) => {
        if (elapsedMs < next) return;
        next = elapsedMs + PLAIN_EVERY;
        process.stderr.write(`${pairs} of ${of} pairs, ${left(pairs, of, elapsedMs)} left\n`);
      },
      end: () => undefined,
    };
  }
  const bar = new SingleBar({ format: '{bar} {value} of {total} pairs · {left} left', stream: process.stderr });
  return {
    show: ({ pairs, of, elapsedMs }) => {
      if (pairs === 1) bar.start(of, 0, { left: '?' });
      bar.update(pairs, { left: left(pairs, of, elapsedMs) });
    },
    end: () => {
      bar.stop();
    },
  };
}
