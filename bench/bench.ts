import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/core/package-root.js';
import { findFfmpeg } from '../src/ffmpeg/binary.js';
import { defaultModelFolder, readModel } from '../src/model/model-folder.js';
import { Clips } from './clips.js';
import { fileToFile } from './file-to-file.bench.js';
import { generators } from './generators.bench.js';
import type { Case } from './harness.js';
import { describeMachine, load } from './machine.js';
import { live } from './live.bench.js';
import { model } from './model.bench.js';
import { normalize } from './normalize.bench.js';
import { nut } from './nut.bench.js';
import { reference } from './reference.bench.js';
import { figuresOf, markdown, type CaseReport, type Report } from './report.js';
import { targetTable } from './targets.js';
import { startUp } from './start-up.bench.js';
import { steadyState } from './steady-state.bench.js';
import { streams } from './streams.bench.js';
import { viewers } from './viewers.bench.js';

/** All cases, in the order they run and are reported in. */
export const CASES: readonly Case[] = [
  fileToFile,
  model,
  generators,
  startUp,
  steadyState,
  streams,
  live,
  viewers,
  reference,
  normalize,
  nut,
];

export interface BenchOptions {
  /** Names of cases; all where there are none. */
  readonly only: readonly string[];
  readonly quick: boolean;
  /** Where report.md and baseline.json are put. */
  readonly out: string;
  readonly peers?: string | undefined;
  readonly python?: string | undefined;
  readonly model?: string | undefined;
  /** Told how far it is. */
  readonly say: (line: string) => void;
}

/** Runs cases, writes the report, and gives it. @throws Error for a case that there is not */
export async function bench({ only, quick, out, peers, python, say, ...options }: BenchOptions): Promise<Report> {
  const chosen = only.length === 0 ? CASES : only.map(caseNamed);
  const folder = options.model ?? defaultModelFolder();
  const ffmpeg = await findFfmpeg();
  const machine = await describeMachine(ffmpeg, await readModel(folder));
  const scratch = await mkdtemp(join(tmpdir(), 'daylit-bench-'));
  const before = load();
  try {
    const clips = new Clips(scratch);
    const cases: CaseReport[] = [];
    for (const { run, ...about } of chosen) {
      say(`${about.title} …`);
      const rows = await run({ quick, scratch, model: folder, peers, python, ffmpeg, clips });
      cases.push({ name: about.name, title: about.title, method: about.method, figures: figuresOf(rows) });
    }
    const date = new Date().toISOString().slice(0, 10);
    const report: Report = { date, machine, load: { before, after: load() }, quick, cases };
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'report.md'), markdown(report, targetTable(report)));
    await writeFile(join(out, 'baseline.json'), `${JSON.stringify(report, null, 1)}\n`);
    return report;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The committed run; undefined where there is none yet. */
export async function committedReport(): Promise<Report | undefined> {
  const text = await readFile(join(packageRoot(), 'bench', 'baseline.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Report);
}

function caseNamed(name: string): Case {
  const found = CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case "${name}": ${CASES.map((one) => one.name).join(', ')}`);
  return found;
}
