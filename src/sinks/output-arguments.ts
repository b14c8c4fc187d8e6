import type { OtherTracks } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { exactTiming } from '../ffmpeg/command.js';
import type { FrameMarks, Rational, Size } from '../core/frame.js';
import { containerOf, type Container } from './containers.js';
import { HARDWARE, hardwareCodec } from './hardware-codec.js';
import {
  colourOptions,
  VIDEO_CODECS,
  type EncoderSettings,
  type VideoCodec,
  type VideoCodecName,
} from './video-codecs.js';

/** Ticks a second that are fine enough for the start of any other track. */
const FINE_TICKS = 10_000;

/** What the user chose; the container's usual values where left out. */
export interface EncodingChoices {
  readonly codec?: string | undefined;
  readonly crf?: number | undefined;
  readonly preset?: string | undefined;
}

/** A checked choice of container, codec and settings. */
export interface Encoding {
  readonly container: Container;
  readonly codecName: VideoCodecName;
  readonly codec: VideoCodec;
  /** Coded by whatever hardware the found ffmpeg has proved; `codec` is software until that is known. */
  readonly hardware: boolean;
  readonly settings: EncoderSettings;
}

/** The part of ffmpeg's capability record that matters here. */
export type EncoderCapabilities = Pick<FfmpegBinary, 'encoders' | 'hardware' | 'passthrough' | 'movieTimescale'>;

/** The first frame's part in the encoding. */
export interface FrameProperties {
  readonly size: Size;
  readonly timeBase: Rational;
  readonly marks: FrameMarks;
}

/**
 * Picks codec and settings for a path.
 * @throws OUTPUT_UNSUPPORTED for an extension that is not known or a codec that the container cannot hold;
 * OPTION_INVALID for a quality or preset that the codec does not have
 */
export function chooseEncoding(path: string, choices: EncodingChoices, frameRate: Rational | undefined): Encoding {
  const container = containerOf(path);
  if (container === undefined) throw new DaylitError('OUTPUT_UNSUPPORTED', path);
  const hardware = choices.codec === HARDWARE;
  const wanted = formatNamed(choices) ?? container.codecs[0];
  const codecName = container.codecs.find((name) => name === wanted);
  if (codecName === undefined) {
    const detail = `${path} cannot hold ${wanted}; it holds ${container.codecs.join(', ')}`;
    throw new DaylitError('OUTPUT_UNSUPPORTED', detail, {
      hint: 'Choose another --codec or extension (.mkv holds all).',
    });
  }
  const codec: VideoCodec = VIDEO_CODECS[codecName];
  const { crf, preset } = choices;
  if (crf !== undefined && !(crf >= 0 && crf <= (codec.crf?.max ?? -1))) {
    const range = codec.crf === undefined ? `${codecName} has no such setting` : `0 to ${codec.crf.max}`;
    throw new DaylitError('OPTION_INVALID', `--crf ${crf}: ${range}`);
  }
  const presets = hardware ? undefined : codec.presets;
  if (preset !== undefined && presets?.names.includes(preset) !== true) {
    const names = presets?.names.join(', ') ?? `${choices.codec ?? codecName} has no such setting`;
    throw new DaylitError('OPTION_INVALID', `--preset ${preset}: ${names}`);
  }
  const settings = { crf: crf ?? codec.crf?.usual, preset: preset ?? presets?.usual, frameRate };
  return { container, codecName, codec, hardware, settings };
}

/** The format of the coded pictures that was asked for. */
export function formatNamed({ codec }: EncodingChoices): string | undefined {
  return codec === HARDWARE ? 'h264' : codec;
}

/** The encoding by an encoder that the found ffmpeg has. Throws FFMPEG_UNSUPPORTED. */
export function withEncoder(encoding: Encoding, { encoders, hardware }: EncoderCapabilities): Encoding {
  const { codecName, codec } = encoding;
  if (encoding.hardware) {
    if (hardware === undefined) throw new DaylitError('FFMPEG_UNSUPPORTED', 'has no encoder in hardware that works');
    return { ...encoding, codec: hardwareCodec(hardware) };
  }
  if (!encoders.has(codec.encoder)) {
    throw new DaylitError('FFMPEG_UNSUPPORTED', `${codecName} needs the encoder ${codec.encoder}`);
  }
  return encoding;
}

/**
 * ffmpeg's output options for frames that come as NUT on input 0 (opened with `-copyts`), with the tracks of input 1.
 * Presentation times stay exact: neither rate nor time base is left for ffmpeg to choose.
 */
export function outputOptions(
  encoding: Encoding,
  frame: FrameProperties,
  tracks: OtherTracks,
  capabilities: EncoderCapabilities,
): readonly string[] {
  const { container, codec, settings } = encoding;
  return [
    ...['-map', '0:v:0'],
    ...trackMaps(container, tracks),
    ...exactTiming(capabilities, frame.timeBase),
    ...colourOptions(codec, frame.size),
    ...['-c:v', codec.encoder],
    ...codec.options(settings),
    ...(roundsMovieTime(container, capabilities) ? ['-bf', '0'] : []),
    ...muxerOptions(encoding, frame, capabilities),
  ];
}

/** ffmpeg's output options for copying a finished file (input 0, opened with `-copyts`) up to `end`, in seconds. */
export function trimOptions(
  encoding: Encoding,
  frame: FrameProperties,
  end: number,
  capabilities: EncoderCapabilities,
): readonly string[] {
  return ['-map', '0', '-c', 'copy', '-to', end.toFixed(6), ...muxerOptions(encoding, frame, capabilities)];
}

/** ffmpeg's output options for copying coded pictures (input 0) beside the tracks of a source (input 1). */
export function joinOptions(
  encoding: Encoding,
  frame: FrameProperties,
  tracks: OtherTracks,
  capabilities: EncoderCapabilities,
): readonly string[] {
  return [
    ...['-map', '0:v:0', '-c:v', 'copy'],
    ...trackMaps(encoding.container, tracks),
    ...muxerOptions(encoding, frame, capabilities),
  ];
}

function muxerOptions(
  { container, codecName }: Encoding,
  { timeBase, marks }: FrameProperties,
  capabilities: EncoderCapabilities,
): readonly string[] {
  const options = container.options(codecName, timeBase, syntheticNote(marks));
  const fine = container.startsInMovieTicks === true && !roundsMovieTime(container, capabilities);
  return fine ? [...options, ...fineStart(timeBase)] : options;
}

/**
 * Whether this ffmpeg (before 5.0) writes the container's movie times in whole milliseconds. With reordered frames
 * its edit list then ends too early and readers lose the last of an irregular clip, so such files get no B-frames.
 */
function roundsMovieTime(container: Container, { movieTimescale }: EncoderCapabilities): boolean {
  return container.startsInMovieTicks === true && !movieTimescale;
}

/**
 * MP4 and MOV hold the start of a track in ticks of the whole movie; the usual 1/1000 s would round it. For an
 * ffmpeg without the option (before 5.0) see quicktime-times.ts.
 */
function fineStart({ denominator }: Rational): readonly string[] {
  return ['-movie_timescale', String(denominator * Math.ceil(FINE_TICKS / denominator))];
}

/** Tracks of the source that the container cannot hold, as words for a notice. */
export function tracksLeftOut(container: Container, tracks: OtherTracks): readonly string[] {
  return [
    ...tracks.audio.filter((codec) => !container.tracks.audio.includes(codec)).map((codec) => `audio (${codec})`),
    ...tracks.subtitles
      .filter((codec) => !container.tracks.subtitles.includes(codec))
      .map((codec) => `subtitles (${codec})`),
  ];
}

/** `-map`s of the tracks to copy; empty where the container holds none of them. */
export function trackMaps(container: Container, tracks: OtherTracks): readonly string[] {
  const maps = (kind: 'a' | 's', codecs: readonly string[], known: readonly string[]): string[] =>
    codecs.flatMap((codec, index) => (known.includes(codec) ? ['-map', `1:${kind}:${index}`] : []));
  const audio = maps('a', tracks.audio, container.tracks.audio);
  const subtitles = maps('s', tracks.subtitles, container.tracks.subtitles);
  return [
    ...audio,
    ...subtitles,
    ...(audio.length > 0 ? ['-c:a', 'copy'] : []),
    ...(subtitles.length > 0 ? ['-c:s', 'copy'] : []),
  ];
}

/** What every output says about its colours. */
export function syntheticNote(marks: FrameMarks): string {
  return marks.synthesised === 'palette'
    ? 'False colours of a thermal picture by daylit'
    : 'Colours synthesised by daylit';
}
