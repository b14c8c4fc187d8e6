import type { Command } from 'commander';
import { stream, type StreamInput } from '../index.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';
import { createLiveReporter } from './live-report.js';
import {
  addColouringOptions,
  addEncodingOptions,
  addLiveOptions,
  addReferenceOptions,
  addReportOptions,
  collect,
} from './options.js';

const EXAMPLES = `
Outputs: rtsp:// rtsps:// rtmp:// srt:// udp:// to push to, web/index.m3u8 for web players, out.mp4 .mkv .mov .ts to
record, archive/%Y%m%d-%H%M%S.mp4 for one file after the other, a picture folder/, or - for stdout.

Examples:
  $ daylit stream rtsp://camera/thermal -r noon.jpg --to rtsp://server/colour --to 'archive/%Y%m%d-%H%M%S.mp4'
  $ daylit stream udp://239.1.2.3:5000 -r noon.jpg --to web/index.m3u8
  $ daylit stream patrol.mp4 --realtime --loop --palette ironbow --to udp://127.0.0.1:5000
  $ daylit stream synthetic:street -r synthetic:street --to web/index.m3u8     no camera at all
  $ daylit stream rtsp://camera/thermal -r noon.jpg --to - | ffplay -f nut -

It runs until it is stopped (Ctrl-C or SIGTERM: what came in is written, files are finished; a second time ends at
once). A camera or receiver that goes away is tried again, sooner or later; SIGUSR1 tries all of them now.
Frames are dropped, never delayed, when the model is slower than the camera.
Exit status: 0 when stopped, others by error family (docs/errors.md).
`;

/** `daylit stream`: a live camera in, daylight colour out, for as long as it is let run. */
export function addStreamCommand(program: Command): void {
  const command = program
    .command('stream')
    .description('colour a live camera by a daylight photo and hand it on, for as long as it is let run')
    .argument(
      '<input>',
      'rtsp, rtsps, udp, rtp, tcp, srt, http or https address, synthetic:street, or a recording with --realtime',
    );
  addReferenceOptions(command)
    .requiredOption('--to <target>', 'where to; may be given several times', collect)
    .option('--segment <s>', 'how long each file of a recording with a time in its name is (600)', Number)
    .option('--side-by-side', 'thermal picture left, colour right');
  addLiveOptions(command);
  addColouringOptions(command);
  addEncodingOptions(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (input: string, flags: Record<string, unknown>) => {
    await runStream(input, flags);
  });
}

async function runStream(input: string, flags: Record<string, unknown>): Promise<void> {
  const { reference, to, json, quiet, ...options } = flags;
  const stdoutTaken = Array.isArray(to) && to.includes('-');
  const reporter = createLiveReporter({ json: json === true, quiet: quiet === true, stdoutTaken });
  const interrupts = listenForInterrupts(() => {
    reporter.notice({ kind: 'interrupted', message: 'Finishing what came in; once more stops at once.' });
  });
  let retryNow = (): void => undefined;
  const onRetry = (): void => {
    retryNow();
  };
  process.on('SIGUSR1', onRetry);
  try {
    const wanted = { ...options, input, references: reference === false ? undefined : reference, outputs: to };
    const status = await stream(wanted as StreamInput, {
      notify: reporter.notice,
      onState: reporter.state,
      onStatus: reporter.status,
      onStart: (running) => {
        retryNow = () => {
          running.retryNow();
        };
      },
      until: interrupts.until,
      abort: interrupts.abort,
    });
    reporter.summary(status);
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    process.off('SIGUSR1', onRetry);
    interrupts.dispose();
  }
}
