import type { Command } from 'commander';
import { stream, type StreamInput } from '../index.js';
import type { StreamControls } from '../stream.js';
import { present } from '../core/present.js';
import { failWith } from './failure.js';
import { listenForInterrupts } from './interrupt.js';
import { createLiveReporter } from './live-report.js';
import {
  addColouringOptions,
  addEncodingOptions,
  addLiveOptions,
  addProfileOption,
  addReferenceOptions,
  addReportOptions,
  collect,
} from './options.js';
import { TraceFile } from './trace-file.js';

const EXAMPLES = `
Outputs: rtsp:// rtsps:// rtmp:// srt:// udp:// to push to, web/index.m3u8 for web players, out.mp4 .mkv .mov .ts to
record, archive/%Y%m%d-%H%M%S.mp4 for one file after the other, snap/%H%M%S.jpg for single pictures, a picture folder/
for all of them, or - for stdout.

Examples:
  $ daylit stream rtsp://camera/thermal -r noon.jpg --to rtsp://server/colour --to 'archive/%Y%m%d-%H%M%S.mp4'
  $ daylit stream udp://239.1.2.3:5000 -r noon.jpg --to web/index.m3u8
  $ daylit stream patrol.mp4 --realtime --loop --palette ironbow --to udp://127.0.0.1:5000
  $ daylit stream synthetic:street -r synthetic:street --to web/index.m3u8     no camera at all
  $ daylit stream rtsp://camera/thermal -r noon.jpg --to - | ffplay -f nut -

It runs until it is stopped (Ctrl-C or SIGTERM: what came in is written, files are finished; a second time ends at
once). A camera or receiver that goes away is tried again, sooner or later; SIGUSR1 tries all of them now, SIGUSR2 takes
snapshots.
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
      'rtsp, rtsps, udp, rtp, tcp, srt, rtmp, http or https address, camera.sdp, v4l2:/dev/video0, synthetic:street, or ' +
        'a recording with --realtime',
    );
  addReferenceOptions(command)
    .requiredOption('--to <target>', 'where to; may be given several times', collect)
    .option('--segment <s>', 'how long each file of a recording with a time in its name is (600)', Number)
    .option('--segment-size <size>', 'and how large at most, such as 500MB')
    .option('--keep-for <time>', 'remove files of such a recording, or such pictures, when they are older: 12h, 7d')
    .option('--keep-bytes <size>', 'remove the oldest of them when all together are larger: 50GB')
    .option('--snapshot-every <s>', 'seconds between two pictures of snap/%H%M%S.jpg (only at SIGUSR2)', Number)
    .option(
      '--slate',
      'keep receivers, players and pipes going with the last picture, marked, while the camera is away',
    )
    .option('--adaptive', 'colour smaller pictures while the model cannot hold the rate')
    .option('--side-by-side', 'thermal picture left, colour right');
  addLiveOptions(command);
  addColouringOptions(command);
  addEncodingOptions(command);
  addProfileOption(command);
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (input: string, flags: Record<string, unknown>) => {
    await runStream(input, flags);
  });
}

async function runStream(input: string, flags: Record<string, unknown>): Promise<void> {
  const { reference, to, json, quiet, profile, ...options } = flags;
  const stdoutTaken = Array.isArray(to) && to.includes('-');
  const reporter = createLiveReporter({ json: json === true, quiet: quiet === true, stdoutTaken });
  const interrupts = listenForInterrupts(() => {
    reporter.notice({ kind: 'interrupted', message: 'Finishing what came in; once more stops at once.' });
  });
  let controls: StreamControls | undefined;
  const onRetry = (): void => {
    controls?.retryNow();
  };
  const onSnapshot = (): void => {
    controls?.takeSnapshots();
  };
  process.on('SIGUSR1', onRetry).on('SIGUSR2', onSnapshot);
  let trace: TraceFile | undefined;
  try {
    if (typeof profile === 'string') trace = new TraceFile(profile);
    const wanted = { ...options, input, references: reference === false ? undefined : reference, outputs: to };
    const status = await stream(wanted as StreamInput, {
      notify: reporter.notice,
      onState: reporter.state,
      onStatus: reporter.status,
      ...present({ onStep: trace?.onStep }),
      onStart: (running) => {
        controls = running;
      },
      until: interrupts.until,
      abort: interrupts.abort,
    });
    trace?.close();
    reporter.summary(status);
  } catch (thrown) {
    failWith(thrown, reporter.error);
  } finally {
    trace?.close();
    process.off('SIGUSR1', onRetry).off('SIGUSR2', onSnapshot);
    interrupts.dispose();
  }
}
