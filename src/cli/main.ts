#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import tab from '@bomb.sh/tab/commander';
import { Command, CommanderError } from 'commander';
import { DaylitError, ERRORS } from '../core/errors.js';
import { packageRoot } from '../core/package-root.js';
import { addBenchCommand } from './bench.js';
import { addColorizeCommand } from './colorize.js';
import { addConfigCommand } from './config.js';
import { addDemoCommand } from './demo.js';
import { addDoctorCommand } from './doctor.js';
import { addEnqueueCommand } from './enqueue.js';
import { addEvaluateCommand } from './evaluate.js';
import { failWith } from './failure.js';
import { addFleetCommand } from './fleet.js';
import { addProbeCommand } from './probe.js';
import { addReferenceCommand } from './reference.js';
import { addRunCommand } from './run.js';
import { addServeCommand } from './serve.js';
import { addStreamCommand } from './stream.js';
import { addTokenCommand } from './token.js';
import { addUserCommand } from './user.js';
import { addWorkCommand } from './work.js';

const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };

const EXAMPLES = `
Examples:
  $ daylit demo                                              see it work, without a camera
  $ daylit colorize patrol.mp4 -r noon.jpg -o colour.mp4     a recording
  $ daylit serve rtsp://camera/thermal -r noon.jpg           a camera, on a page

Each command says more: daylit colorize --help.
`;
const COMPLETION_EXAMPLES = `
Examples:
  $ daylit completion bash >> ~/.bashrc
  $ daylit completion zsh >> ~/.zshrc
`;

const program = new Command('daylit')
  .description('Shows thermal video in daylight colour, guided by a daylight photo of the place.')
  .version(version)
  .addHelpText('after', EXAMPLES)
  .exitOverride()
  .configureOutput({ outputError: () => undefined });

addColorizeCommand(program);
addStreamCommand(program);
addRunCommand(program);
addServeCommand(program);
addConfigCommand(program);
addTokenCommand(program);
addUserCommand(program);
addProbeCommand(program);
addDoctorCommand(program);
addBenchCommand(program);
addReferenceCommand(program);
addDemoCommand(program);
addEvaluateCommand(program);
addWorkCommand(program, version);
addEnqueueCommand(program);
addFleetCommand(program);
tab(program, { completionCommandName: 'completion' });
program.commands.find((command) => command.name() === 'completion')?.addHelpText('after', COMPLETION_EXAMPLES);

// Whoever reads our text may leave early (`| head`); that is no fault, and the work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await program.parseAsync();
} catch (thrown) {
  if (!(thrown instanceof CommanderError)) failWith(thrown);
  // Help and version are told as errors too; they have been printed and are none.
  else if (thrown.code === 'commander.help') process.exitCode = ERRORS.OPTION_INVALID.exitStatus;
  else if (thrown.exitCode !== 0) failWith(usageError(thrown));
}

function usageError({ code, message }: CommanderError): DaylitError {
  const unknown = code === 'commander.unknownOption' || code === 'commander.unknownCommand';
  return new DaylitError(
    unknown ? 'OPTION_UNKNOWN' : 'OPTION_INVALID',
    message.replace(/^error: /, '').replaceAll('\n', ' '),
  );
}
