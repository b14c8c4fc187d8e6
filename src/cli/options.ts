import { Option, type Command } from 'commander';
import { jobSchema, streamSchema } from '../config.js';

const { shape } = jobSchema;

/** An option that takes one of these names. */
export function choice(flags: string, description: string, names: readonly string[]): Option {
  return new Option(flags, description).choices(names);
}

/** Gathers an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The photos that guide the colours. */
export function addReferenceOptions(command: Command): Command {
  return command
    .option('-r, --reference <photo>', 'daylight photo of the place; may be given several times', collect)
    .option('--no-reference', 'colour without a photo, by what the model knows');
}

/** How thermal pictures are read and what colours them: alike for recordings and cameras. */
export function addColouringOptions(command: Command): Command {
  const auto = (flags: string, description: string, names: readonly string[]): Option =>
    choice(flags, description, names).default('auto');
  return command
    .option(
      '--smoothing <0..1>',
      'how strongly colours are held where the picture stands still (0.8 for video, 0 for pictures)',
      Number,
    )
    .addOption(choice('--palette <name>', 'false colours instead of the model', shape.palette.unwrap().options))
    .addOption(auto('--agc <kind>', 'gain control', shape.agc.unwrap().options))
    .addOption(auto('--polarity <kind>', 'which end of the grey scale is hot', shape.polarity.unwrap().options))
    .addOption(auto('--input-palette <name>', 'false colours the input is in', shape.inputPalette.unwrap().options))
    .addOption(auto('--range <kind>', 'luma range of the input video', shape.range.unwrap().options))
    .addOption(auto('--device <name>', 'what runs the model', shape.device.unwrap().options))
    .addOption(auto('--precision <name>', 'how fine the CPU counts', shape.precision.unwrap().options))
    .option('--threads <n>', 'threads of each model on the CPU', Number)
    .option('--model <folder>', 'another model')
    .option('--telemetry <file.srt>', 'what a DJI drone wrote of a recording; else looked for beside it')
    .option('--ffmpeg <path>', 'which ffmpeg to use');
}

/** How cameras are reached, and recordings played in their stead. */
export function addLiveOptions(command: Command): Command {
  const { transport } = streamSchema.shape;
  return command
    .option('--realtime', 'play a recording as a camera would send it')
    .option('--loop', 'play it over and over again')
    .addOption(choice('--transport <kind>', 'how RTSP carries pictures', transport.unwrap().options).default('tcp'))
    .option('--first-frame-timeout <s>', 'how long a connection may take to show its first picture (15)', Number)
    .option('--stall-timeout <s>', 'how long a stream may show nothing (4)', Number);
}

/** How pictures are coded. */
export function addEncodingOptions(command: Command): Command {
  return command
    .option(
      '--codec <name>',
      'h264, h265, vp9, ffv1, mjpeg, prores or hardware (H.264), as far as the output can hold it',
    )
    .option('--crf <quality>', 'quality of the codec; smaller is better', Number)
    .option('--preset <name>', 'speed of the encoder')
    .addOption(choice('--format <name>', 'what to write to stdout', shape.format.unwrap().options));
}

/** Where the time goes. */
export function addProfileOption(command: Command): Command {
  return command.option(
    '--profile <file.json>',
    "write every stage of every frame for Chrome's or Perfetto's trace viewer",
  );
}

/** How a command talks. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--json', 'one JSON event a line instead of text')
    .option('--quiet', 'say nothing unless it fails');
}
