import type { Command } from 'commander';
import { camerasJsonSchema } from '../cameras/json-schema.js';
import { describeProblem, type Problem } from '../cameras/problems.js';
import { checkCamerasFile } from '../cameras/read.js';
import { ERRORS } from '../core/errors.js';
import { failWith } from './failure.js';

const EXAMPLES = `
Examples:
  $ daylit config check cameras.yml
  $ daylit config check cameras.yml --json
  $ daylit config schema > cameras.schema.json

A check starts nothing and asks no camera. Exit status: 0 if the file can be run, 2 if not (docs/errors.md).
Editors with YAML support use the schema where the file begins with
  # yaml-language-server: $schema=cameras.schema.json
`;

/** `daylit config check` and `daylit config schema`: about cameras.yml, without running it. */
export function addConfigCommand(program: Command): void {
  const config = program
    .command('config')
    .description('check a cameras file, or get its schema for editors')
    .addHelpText('afterAll', EXAMPLES);
  config
    .command('check')
    .description('tell all that is wrong with a cameras file, with line and key')
    .argument('<file>', 'cameras.yml')
    .option('--json', 'as JSON')
    .action(async (file: string, { json }: { json?: true }) => {
      try {
        await check(file, json === true);
      } catch (thrown) {
        failWith(thrown);
      }
    });
  config
    .command('schema')
    .description('print the JSON Schema of a cameras file')
    .action(() => {
      process.stdout.write(`${JSON.stringify(camerasJsonSchema(), undefined, 2)}\n`);
    });
}

async function check(path: string, json: boolean): Promise<void> {
  const parsed = await checkCamerasFile(path, process.env);
  const problems: readonly Problem[] = 'problems' in parsed ? parsed.problems : [];
  const cameras = 'file' in parsed ? parsed.file.cameras.map(({ id }) => id) : [];
  if (json) process.stdout.write(`${JSON.stringify({ file: path, cameras, problems })}\n`);
  else if (problems.length === 0) process.stdout.write(`${path}: ${cameras.length} cameras, nothing wrong\n`);
  else for (const problem of problems) process.stdout.write(`${describeProblem(path, problem)}\n`);
  if (problems[0] !== undefined) process.exitCode = ERRORS[problems[0].code].exitStatus;
}
