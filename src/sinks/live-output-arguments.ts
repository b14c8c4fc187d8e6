import { basename, dirname, join } from 'node:path';
import { DaylitError } from '../core/errors.js';
import type { Rational } from '../core/frame.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { exactTiming, fileAddress, type FfmpegEnd } from '../ffmpeg/command.js';
import { CONTAINERS } from './containers.js';
import {
  chooseEncoding,
  formatNamed,
  syntheticNote,
  withEncoder,
  type Encoding,
  type EncodingChoices,
  type FrameProperties,
} from './output-arguments.js';
import { colourOptions } from './video-codecs.js';

/** What a viewer can begin with comes at least this often, in seconds. */
const KEYFRAME_SECONDS = 2;
/** Quality of what is watched now, not kept. */
const LIVE_CRF = 23;
/** Payload of a UDP packet that no network cuts: seven TS packets. */
const PACKET_BYTES = 1316;

/** The part of ffmpeg's capability record that matters here. */
export type LiveOutputCapabilities = Pick<
  FfmpegBinary,
  'encoders' | 'hardware' | 'muxers' | 'outputProtocols' | 'passthrough' | 'movieTimescale'
>;

interface Receiver {
  /** What ffmpeg must have been built with. */
  readonly protocol: string;
  readonly muxer: string;
  readonly codecs: readonly string[];
  readonly options: (encoding: Encoding, frame: FrameProperties) => readonly string[];
  readonly parameters?: string;
}

const transportStream = ({ codecName, container }: Encoding, { timeBase, marks }: FrameProperties): readonly string[] =>
  container.options(codecName, timeBase, syntheticNote(marks));

const H26X = ['h264', 'h265'];

const RTSP: Receiver = {
  protocol: 'tcp',
  muxer: 'rtsp',
  codecs: H26X,
  options: () => ['-f', 'rtsp', '-rtsp_transport', 'tcp'],
};

const RECEIVERS: Readonly<Record<string, Receiver>> = {
  rtsp: RTSP,
  // By way of a relay (ffmpeg/rtsp-relay.ts), which speaks TLS for ffmpeg.
  rtsps: RTSP,
  rtmp: rtmp('rtmp'),
  rtmps: rtmp('rtmps'),
  udp: {
    protocol: 'udp',
    muxer: 'mpegts',
    codecs: H26X,
    options: transportStream,
    parameters: `pkt_size=${PACKET_BYTES}`,
  },
  srt: {
    protocol: 'srt',
    muxer: 'mpegts',
    codecs: H26X,
    options: transportStream,
    parameters: `pkt_size=${PACKET_BYTES}`,
  },
};

function rtmp(protocol: string): Receiver {
  // A stream has neither duration nor size, and the muxer would complain that it cannot write them at the end.
  return {
    protocol,
    muxer: 'flv',
    codecs: ['h264'],
    options: () => ['-f', 'flv', '-flvflags', 'no_duration_filesize'],
  };
}

/** Something that can be encoded to: checked once, asked for each run of the encoder. */
export interface LiveOutput {
  /** ffmpeg's output for frames like this one, at this address or path. */
  at(address: string, frame: FrameProperties, frameRate: Rational | undefined): FfmpegEnd;
}

/**
 * Pushing to a receiver: RTSP (ANNOUNCE and RECORD), RTMP, SRT, MPEG-TS over UDP.
 * @throws DaylitError OUTPUT_UNSUPPORTED for a scheme or codec that is not sent, FFMPEG_UNSUPPORTED for what this ffmpeg
 * cannot send, OPTION_INVALID
 */
export function pushOutput(
  address: string,
  choices: EncodingChoices,
  capabilities: LiveOutputCapabilities,
): LiveOutput {
  const scheme = /^[a-z][a-z0-9+.-]*/i.exec(address)?.[0].toLowerCase() ?? '';
  const receiver = Object.hasOwn(RECEIVERS, scheme) ? RECEIVERS[scheme] : undefined;
  if (receiver === undefined) {
    throw new DaylitError('OUTPUT_UNSUPPORTED', address, {
      hint: `Streams are sent by ${Object.keys(RECEIVERS).join(', ')}.`,
    });
  }
  const { protocol, muxer, codecs, options, parameters } = receiver;
  if (!capabilities.outputProtocols.has(protocol) || !capabilities.muxers.has(muxer)) {
    throw new DaylitError('FFMPEG_UNSUPPORTED', `it sends no ${scheme}`);
  }
  const format = formatNamed(choices);
  if (format !== undefined && !codecs.includes(format)) {
    throw new DaylitError('OUTPUT_UNSUPPORTED', `${scheme} carries ${codecs.join(', ')}, not ${format}`);
  }
  const encode = liveEncoding('push.ts', choices, capabilities);
  return {
    at: (resolved, frame, frameRate) => ({
      address: parameters === undefined ? resolved : withParameters(resolved, parameters),
      options: [...encode(frame, frameRate, true), ...options(encode.encoding, frame)],
    }),
  };
}

/** A folder for web players: a playlist of the last segments, which are removed as they grow old. */
export function hlsOutput(choices: EncodingChoices, capabilities: LiveOutputCapabilities): LiveOutput {
  const encode = liveEncoding('segment.ts', choices, capabilities);
  return {
    at: (path, frame, frameRate) => {
      const stem = join(dirname(path), basename(path, '.m3u8')).replaceAll('%', '%%');
      return {
        address: fileAddress(path),
        options: [
          ...encode(frame, frameRate, true),
          ...['-f', 'hls', '-hls_time', String(KEYFRAME_SECONDS), '-hls_list_size', '6'],
          // A restarted encoder goes on with the list instead of beginning it anew.
          ...['-hls_flags', 'delete_segments+append_list+program_date_time'],
          ...['-hls_segment_filename', `${stem}-%05d.ts`],
        ],
      };
    },
  };
}

/**
 * A recording that can be played up to its last seconds at any moment, also after a crash: MP4 and MOV in fragments.
 * @param pattern whose extension names the container
 */
export function recordingOutput(
  pattern: string,
  choices: EncodingChoices,
  capabilities: LiveOutputCapabilities,
): LiveOutput {
  const encode = liveEncoding(pattern, choices, capabilities);
  const { container, codecName } = encode.encoding;
  return {
    at: (path, frame, frameRate) => {
      const note = syntheticNote(frame.marks);
      const muxer = container.startsInMovieTicks
        ? [
            ...['-f', container === CONTAINERS['.mov'] ? 'mov' : 'mp4'],
            ...['-video_track_timescale', String(frame.timeBase.denominator)],
            ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
            ...(codecName === 'h265' ? ['-tag:v', 'hvc1'] : []),
            ...['-metadata', `comment=${note}`],
          ]
        : container.options(codecName, frame.timeBase, note);
      return {
        address: fileAddress(path),
        options: [...encode(frame, frameRate, false), ...muxer, '-flush_packets', '1'],
      };
    },
  };
}

export interface LiveEncoder {
  readonly encoding: Encoding;
  /** @param promptly each frame leaves the encoder before the next comes in */
  (frame: FrameProperties, frameRate: Rational | undefined, promptly: boolean): readonly string[];
}

/** The encoder's options, once the choices have been found good. The rate is known only when the source is. */
export function liveEncoding(
  name: string,
  choices: EncodingChoices,
  capabilities: LiveOutputCapabilities,
): LiveEncoder {
  const encoding = withEncoder(chooseEncoding(name, choices, undefined), capabilities);
  const { codec, settings } = encoding;
  const { live } = codec;
  const crf = choices.crf ?? (live === undefined ? settings.crf : LIVE_CRF);
  const options = (
    { size, timeBase }: FrameProperties,
    frameRate: Rational | undefined,
    promptly: boolean,
  ): readonly string[] => {
    const fps = frameRate === undefined ? 25 : frameRate.numerator / frameRate.denominator;
    return [
      ...['-map', '0:v:0'],
      ...exactTiming(capabilities, timeBase),
      ...colourOptions(codec, size),
      ...['-c:v', codec.encoder],
      ...codec.options({ ...settings, crf, frameRate }),
      ...['-g', String(Math.max(1, Math.round(KEYFRAME_SECONDS * fps)))],
      // Without pictures out of order a fragmented file can begin at 0; prompt encoders have none anyway.
      ...((promptly ? live?.promptly : live?.inOrder) ?? []),
    ];
  };
  return Object.assign(options, { encoding });
}

/** The address with query parameters that it does not set itself. */
function withParameters(address: string, parameters: string): string {
  const [name = ''] = parameters.split('=');
  if (new RegExp(`[?&]${name}=`).test(address)) return address;
  return `${address}${address.includes('?') ? '&' : '?'}${parameters}`;
}
