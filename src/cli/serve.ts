import { once } from 'node:events';
import type { Command } from 'commander';
import type { CameraSettings } from '../cameras/schema.js';
import { checked } from '../checked-options.js';
import { serverSchema, type ServerInput } from '../config.js';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { readEntrance } from '../server/entrance.js';
import { openServer, type OpenServer } from '../server/open-server.js';
import { ServiceManager } from '../service-manager.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';
import { createLiveReporter, type LiveReporter } from './live-report.js';
import { createLog, LOG_LEVELS, reportingBy, type LogLevel } from './log.js';
import {
  addColouringOptions,
  addLiveOptions,
  addReferenceOptions,
  addReportOptions,
  choice,
  collect,
} from './options.js';
import { addQueueOptions } from './queue-options.js';
import { openFleetCameras, openServedCameras, serverOf, type ServedCameras } from './serve-cameras.js';

const EXAMPLES = `
Examples:
  $ daylit serve rtsp://camera/thermal -r noon.jpg                     then open http://127.0.0.1:8080
  $ daylit serve rtsp://one/thermal rtsp://two/thermal -r noon.jpg     two cameras, one photo
  $ daylit serve patrol.mp4 --realtime --loop -r noon.jpg              a recording, as a camera would send it
  $ daylit serve 'synthetic:street?size=320x256&fps=10&frames=endless' no camera at all
  $ daylit serve rtsp://camera/thermal --host 0.0.0.0 --tls cert.pem key.pem
  $ daylit serve cameras.yml                                           the cameras of a file (docs/cameras.md)
  $ daylit serve --queue redis://queue-host                            the cameras of a fleet (docs/scale.md)

For other software: /stream.ts, /stream.mjpeg and /snapshot.jpg (?camera=<id>&which=colour|thermal|both),
/hls/<id>/index.m3u8, /api/cameras, /api/events, /livez, /readyz, /metrics (docs/viewer.md). Drop another daylight photo on the page, and colours follow it.
Only this machine is served unless --host says otherwise; that needs --tls and users or tokens ("daylit user",
"daylit token"), or --insecure. SIGHUP reads certificate, users and tokens again, and the cameras file.
`;

/** `daylit serve`: thermal cameras in daylight colour on a page, and for other software. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('show live cameras in daylight colour on a page, and hand pictures to other software')
    .argument(
      '[source...]',
      'addresses of cameras, recordings with --realtime, synthetic:street | synthetic:drone, or cameras.yml',
    );
  addReferenceOptions(command)
    .option('--host <address>', 'where to listen (127.0.0.1)')
    .option('--port <n>', 'port to listen on, 0 for any free one (8080)', Number)
    .option('--tls <files...>', 'certificate and key as PEM, read again when they change; put it after the sources')
    .option('--auth <file>', 'file of users and tokens; the one that `daylit token` writes if left out')
    .option('--allowed-hosts <name>', 'another name by which people reach the server; several times', collect)
    .option(
      '--camera-hosts <host>',
      'name, address or network at which programs may add cameras; several times; any but this machine if left out',
      collect,
    )
    .option('--detections-log <file>', 'write down what detectors find, as JSON Lines')
    .option('--trust-proxy <address>', 'address or network of a reverse proxy; may be given several times', collect)
    .option('--insecure', 'listen beyond this machine without TLS or without users and tokens')
    .addOption(choice('--log-level <level>', 'log as JSON on stderr: requests, changes, failures', LOG_LEVELS));
  addQueueOptions(command);
  addLiveOptions(command);
  addColouringOptions(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (sources: string[], flags: Record<string, unknown>) => {
    await runServe(sources, flags, command);
  });
}

async function runServe(sources: readonly string[], flags: Record<string, unknown>, command: Command): Promise<void> {
  const { logLevel, reference, json, quiet, queue, queueCa, ...rest } = flags;
  const isOfServer = ([name]: [string, unknown]): boolean => Object.hasOwn(serverSchema.shape, name);
  const ofServer = Object.fromEntries(Object.entries(rest).filter(isOfServer));
  const options = Object.fromEntries(Object.entries(rest).filter((entry) => !isOfServer(entry)));
  const log = logLevel === undefined ? undefined : createLog(logLevel as LogLevel);
  const lines = createLiveReporter({ json: json === true, quiet: quiet === true, stdoutTaken: false });
  // Lines for people would break up a log that machines read; --json has a stream of its own.
  const reporter: LiveReporter = log === undefined || json === true ? lines : { ...lines, ...reportingBy(log) };
  const manager = new ServiceManager(process.env, reporter.notice);
  let server: OpenServer | undefined;
  let cameras: ServedCameras | undefined;
  const reload = async (): Promise<void> => {
    if (server === undefined) return;
    await manager.reloading();
    await Promise.all([server.reload(), cameras?.reload()]);
    await manager.ready(`serves ${server.address}`);
  };
  const interrupts = listenForInterrupts(
    () => {
      reporter.notice({ kind: 'interrupted', message: 'Stopping.' });
      void manager.stopping();
    },
    () => void reload(),
  );
  const { until } = interrupts;
  try {
    const place = checkedFlags(ofServer);
    // References of false: none at all, which is not the same as none named.
    const settings = present({ ...options, references: reference === false ? [] : reference });
    const hooks = { notify: reporter.notice, onState: reporter.state };
    if (sources.length === 0 && queue === undefined)
      throw new DaylitError('OPTION_INVALID', 'name a camera, a cameras file, or the --queue of a fleet');
    if (sources.length > 0 && queue !== undefined)
      throw new DaylitError('OPTION_INVALID', '--queue shows the cameras of a fleet, in place of others');
    const entrance = await readEntrance(serverSchema.parse({ ...(await serverOf(sources)), ...place }));
    cameras =
      queue !== undefined
        ? await openFleetCameras({ queue, queueCa })
        : await openServedCameras(sources, settings as Omit<CameraSettings, 'id' | 'input'>, hooks, command);
    server = await openServer(cameras.set, entrance, { notify: reporter.notice, log, elsewhere: cameras.elsewhere });
    const { address } = server;
    reporter.notice({ kind: 'listening', message: `Open ${address}`, data: { address } });
    await manager.ready(`serves ${address}`);
    if (!until.aborted) await once(until, 'abort');
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    await server?.close();
    await cameras?.close();
    interrupts.dispose();
  }
}

/** What the flags say about where to listen and who is let in. @throws DaylitError OPTION_INVALID */
function checkedFlags({ tls, ...flags }: Record<string, unknown>): ServerInput {
  const files = tls as readonly string[] | undefined;
  if (files !== undefined && files.length !== 2) {
    throw new DaylitError('OPTION_INVALID', `--tls: takes two files, certificate and key, not ${files.length}`, {
      hint: 'Put --tls after the sources, with the certificate first.',
    });
  }
  const [cert, key] = files ?? [];
  const wanted = present({ ...flags, tls: cert === undefined ? undefined : { cert, key } });
  checked(serverSchema, wanted);
  // As they were given: what is left out may stand in a cameras file.
  return wanted as ServerInput;
}
