import { hostname } from 'node:os';
import { isIP } from 'node:net';
import type { Command } from 'commander';
import { z } from 'zod';
import { openCamera, type Camera, type CameraInput } from '../camera.js';
import { DaylitError } from '../core/errors.js';
import { createServer, listen } from '../server/create-server.js';
import { failWith } from './failure.js';
import { listenForInterrupts, type Interrupts } from './interrupt.js';
import { createLiveReporter, type LiveReporter } from './live-report.js';
import { addColouringOptions, addLiveOptions, addReferenceOptions, addReportOptions } from './options.js';

const EXAMPLES = `
Examples:
  $ daylit serve rtsp://camera/thermal -r noon.jpg                     then open http://127.0.0.1:8080
  $ daylit serve rtsp://one/thermal rtsp://two/thermal -r noon.jpg     two cameras, one photo
  $ daylit serve patrol.mp4 --realtime --loop -r noon.jpg              a recording, as a camera would send it
  $ daylit serve 'synthetic:street?size=320x256&fps=10&frames=endless' no camera at all

For other software: /snapshot.jpg and /stream.mjpeg (?camera=<id>&which=colour|thermal|both), /api/cameras, /api/events,
/healthz, /metrics. Drop another daylight photo on the page, and colours follow it.
Only this machine is served unless --host says otherwise; there are no passwords yet, so that needs --insecure.
`;

const serverSchema = z.object({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8080),
  insecure: z.boolean().default(false),
});

/** `daylit serve`: thermal cameras in daylight colour on a page, and for other software. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('show live cameras in daylight colour on a page, and hand pictures to other software')
    .argument('<source...>', 'addresses of cameras, recordings with --realtime, or synthetic:street | synthetic:drone');
  addReferenceOptions(command)
    .option('--host <address>', 'where to listen (127.0.0.1)')
    .option('--port <n>', 'port to listen on, 0 for any free one (8080)', Number)
    .option('--insecure', 'listen beyond this machine: whoever reaches it may watch, and change the photos');
  addLiveOptions(command);
  addColouringOptions(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (sources: string[], flags: Record<string, unknown>) => {
    await runServe(sources, flags);
  });
}

async function runServe(sources: readonly string[], flags: Record<string, unknown>): Promise<void> {
  const { host, port, insecure, reference, json, quiet, ...options } = flags;
  const reporter = createLiveReporter({ json: json === true, quiet: quiet === true, stdoutTaken: false });
  const interrupts = listenForInterrupts(() => {
    reporter.notice({ kind: 'interrupted', message: 'Stopping.' });
  });
  const cameras: Camera[] = [];
  try {
    const place = checkedPlace({ host, port, insecure });
    for (const input of sources) {
      // References of false: none at all, which is not the same as none named.
      const wanted = { ...options, input, references: reference === false ? [] : reference };
      const ids = cameras.map(({ id }) => id);
      cameras.push(await openCamera(wanted as CameraInput, ids, { notify: reporter.notice, onState: reporter.state }));
    }
    await serveUntilStopped(cameras, place, interrupts, reporter);
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    await Promise.all(cameras.map((camera) => camera.close()));
    interrupts.dispose();
  }
}

type Place = z.output<typeof serverSchema>;

async function serveUntilStopped(
  cameras: readonly Camera[],
  { host, port }: Place,
  { until }: Interrupts,
  reporter: LiveReporter,
): Promise<void> {
  const names = [host, hostname(), `${hostname()}.local`].map((name) => name.toLowerCase());
  const app = await createServer({ cameras, names });
  try {
    const address = await listen(app, host, port);
    reporter.notice({ kind: 'listening', message: `Open ${address}`, data: { address } });
    if (!until.aborted) {
      await new Promise((resolve) => {
        until.addEventListener('abort', resolve, { once: true });
      });
    }
  } finally {
    await app.close();
  }
}

/** Where to listen. @throws DaylitError OPTION_INVALID */
function checkedPlace(flags: object): Place {
  const result = serverSchema.safeParse(flags);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new DaylitError('OPTION_INVALID', `--${String(issue?.path[0])}: ${issue?.message ?? 'not valid'}`);
  }
  const { host, insecure } = result.data;
  if (!isLoopback(host) && !insecure) {
    throw new DaylitError('OPTION_INVALID', `--host ${host} lets other machines watch and change the photos`, {
      hint: 'There are no passwords yet: say --insecure if that network is trusted.',
    });
  }
  return result.data;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
