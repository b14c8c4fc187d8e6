import { DaylitError } from '../core/errors.js';
import type { FfmpegCapabilities } from '../ffmpeg/capabilities.js';
import { fileAddress, type FfmpegEnd } from '../ffmpeg/command.js';
import { deviceInput, isDevice } from './device-input.js';
import { pictureFilters, type LumaRange } from './input-arguments.js';

/** How RTSP carries the pictures: inside its own connection, beside it, or inside first and beside it if refused. */
export const RTSP_TRANSPORTS = ['tcp', 'udp', 'auto'] as const;

/** One of {@link RTSP_TRANSPORTS}. */
export type RtspTransport = (typeof RTSP_TRANSPORTS)[number];

/** What a user may say about a live input. */
export interface LiveInputOptions {
  /** `tcp` where left out: no picture is torn by a lost packet. */
  readonly transport?: RtspTransport;
  /** How long ffmpeg itself waits for a server, in milliseconds. */
  readonly timeoutMs: number;
}

/** The part of ffmpeg's capability record that matters here. */
export type InputCapabilities = Pick<FfmpegCapabilities, 'inputProtocols' | 'demuxers' | 'rtspTimeout'>;

/**
 * Look at the stream only until its tracks are known, and decode each picture as it comes. (Never `-fflags nobuffer`:
 * it throws the first group of pictures away.)
 */
const PROMPTLY = ['-probesize', '500000', '-analyzeduration', '500000', '-fpsprobesize', '0', '-flags', 'low_delay'];
/** Far more than a thermal camera shows, and less than would fill the memory. */
const AT_MOST = ['-max_pixels', String(8192 * 8192)];

const TRANSPORT_OPTIONS: Readonly<Record<RtspTransport, readonly string[]>> = {
  tcp: ['-rtsp_transport', 'tcp'],
  udp: ['-rtsp_transport', 'udp'],
  auto: ['-rtsp_flags', 'prefer_tcp'],
};

interface Scheme {
  /** Protocols that ffmpeg must have been built with. */
  readonly needs: readonly string[];
  /** All that the stream may reach; a playlist must never open files of this machine. */
  readonly allows: string;
  readonly options: (address: string, options: LiveInputOptions, capabilities: InputCapabilities) => readonly string[];
}

const RTSP: Scheme = {
  needs: ['tcp'],
  allows: 'rtsp,rtp,srtp,udp,tcp',
  options: (_, { transport = 'tcp', timeoutMs }, { rtspTimeout }) => [
    ...TRANSPORT_OPTIONS[transport],
    rtspTimeout,
    String(timeoutMs * 1000),
  ],
};

const http = (...needs: string[]): Scheme => ({
  needs,
  allows: 'http,https,httpproxy,tls,tcp,crypto',
  options: (address, { timeoutMs }) => [
    ...['-rw_timeout', String(timeoutMs * 1000)],
    // Motion JPEG has no times of its own; ffmpeg would make up 25 a second.
    ...(hasTimes(address) ? [] : ['-use_wallclock_as_timestamps', '1']),
  ],
});

const rtmp = (...needs: string[]): Scheme => ({
  needs,
  allows: 'rtmp,rtmps,tcp,tls',
  // Never `-timeout`: to RTMP it means waiting for somebody to connect to us.
  options: (_, { timeoutMs }) => ['-rw_timeout', String(timeoutMs * 1000)],
});

const plain = (needs: string, allows: string): Scheme => ({ needs: [needs], allows, options: () => [] });

const SCHEMES: Readonly<Record<string, Scheme>> = {
  rtsp: RTSP,
  // By way of a relay (ffmpeg/rtsp-relay.ts), which speaks TLS for ffmpeg.
  rtsps: RTSP,
  http: http('http'),
  https: http('https'),
  udp: plain('udp', 'udp'),
  rtp: plain('rtp', 'rtp,udp'),
  tcp: plain('tcp', 'tcp'),
  srt: plain('srt', 'srt'),
  rtmp: rtmp('rtmp'),
  rtmps: rtmp('rtmps'),
};

/** Whether an address is that of a stream, of a kind that is read or not: on the network, described, or a device. */
export function isLiveAddress(address: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(address) || isSessionDescription(address) || isDevice(address);
}

/** Whether an address is that of a file that describes an RTP session (RFC 8866). */
export function isSessionDescription(address: string): boolean {
  return /\.sdp$/i.test(address) && !address.includes('://');
}

/**
 * ffmpeg's input for a stream on the network or a device of this machine, with its own times.
 * @throws DaylitError INPUT_UNSUPPORTED for a scheme that is not read, FFMPEG_UNSUPPORTED for one that this ffmpeg
 * cannot speak, OPTION_INVALID for a device's options
 */
export function liveInput(address: string, options: LiveInputOptions, capabilities: InputCapabilities): FfmpegEnd {
  const { address: named, options: own = [] } = inputOf(address, options, capabilities);
  return { address: named, options: [...own, ...PROMPTLY, ...AT_MOST, '-copyts'] };
}

function inputOf(address: string, options: LiveInputOptions, capabilities: InputCapabilities): FfmpegEnd {
  if (isDevice(address)) return deviceInput(address, capabilities);
  if (isSessionDescription(address)) {
    // The only live input that begins with a file; whatever its name promises, it is read as nothing else.
    return { address: fileAddress(address), options: ['-protocol_whitelist', 'file,rtp,srtp,udp', '-f', 'sdp'] };
  }
  const name = /^[a-z][a-z0-9+.-]*/i.exec(address)?.[0].toLowerCase() ?? '';
  const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
  if (scheme === undefined) {
    throw new DaylitError('INPUT_UNSUPPORTED', address, {
      hint: `Streams are read by ${Object.keys(SCHEMES).join(', ')}, v4l2:/dev/… and files ending in .sdp.`,
    });
  }
  const lacking = scheme.needs.find((protocol) => !capabilities.inputProtocols.has(protocol));
  if (lacking !== undefined) throw new DaylitError('FFMPEG_UNSUPPORTED', `it reads no ${lacking}`);
  return {
    address: wellFormed(address),
    options: [...scheme.options(address, options, capabilities), '-protocol_whitelist', scheme.allows],
  };
}

/** What may not stand in an address as it is (RFC 3986) written as %XX; servers answer anything else with 400. */
function wellFormed(address: string): string {
  const written = (letter: string): string =>
    Array.from(Buffer.from(letter), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  return address.replace(/[^!#-;=?-[\]_a-z~]/gu, written);
}

/** A recording played as a camera would send it: in its own time, and over again if `loop`. */
export function realtimeInput(path: string, loop: boolean): FfmpegEnd {
  return {
    address: fileAddress(path),
    options: ['-re', ...(loop ? ['-stream_loop', '-1'] : []), '-protocol_whitelist', 'file,pipe', '-copyts'],
  };
}

/**
 * Options that give the first video track as raw pictures at once, in the format nearest to what comes: grey as gray8
 * or gray16le, everything with colour channels as rgb24, whether it shows colours or not (the normalizer finds out).
 * So a single connection does, without a look at the stream before.
 */
export function livePictures(range: LumaRange, { scalesUnasked }: Pick<FfmpegCapabilities, 'scalesUnasked'>): string[] {
  const filters = range === 'auto' ? 'format=gray|gray16le|rgb24' : pictureFilters('rgb24', range);
  const keepSize = scalesUnasked ? [] : ['-noautoscale'];
  return ['-map', '0:V:0', ...keepSize, '-vf', filters, '-c:v', 'rawvideo', '-flush_packets', '1', '-f', 'nut'];
}

/** Whether what an HTTP address names carries times: playlists and containers do, a bare row of pictures does not. */
function hasTimes(address: string): boolean {
  return /\.(?:m3u8|ts|mp4|m4s|mkv|webm|flv|mov)(?:[?#]|$)/i.test(address);
}
