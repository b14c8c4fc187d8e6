import { DaylitError } from '../core/errors.js';
import { startFfmpeg } from './process.js';

/** What one ffmpeg executable can do and how it spells it, found by asking it. */
export interface FfmpegCapabilities {
  /** As it names itself, for people; nothing is decided by it. */
  readonly version: string;
  readonly encoders: ReadonlySet<string>;
  readonly muxers: ReadonlySet<string>;
  readonly demuxers: ReadonlySet<string>;
  readonly inputProtocols: ReadonlySet<string>;
  readonly outputProtocols: ReadonlySet<string>;
  /** Output options that keep every frame and its timestamp. */
  readonly passthrough: readonly [option: '-fps_mode' | '-vsync', value: 'passthrough'];
  /** Whether MP4 and MOV take `-movie_timescale`, without which the start of a track is rounded to a millisecond. */
  readonly movieTimescale: boolean;
  /** Whether pictures that change their size are always scaled to the first size (`-noautoscale` is not known). */
  readonly scalesUnasked: boolean;
  /** The option that limits waiting for an RTSP server, in microseconds. */
  readonly rtspTimeout: '-timeout' | '-stimeout';
  /** Whether certificates are checked unless that is switched off; builds before 9 do not. */
  readonly checksCertificates: boolean;
}

/** Without these nothing works; a candidate that lacks one is refused. */
const NEEDED = { muxer: 'nut', demuxer: 'nut', encoder: 'rawvideo' } as const;

/**
 * Asks an executable what it can do. Throws FFMPEG_FAILED where it cannot be run or is no ffmpeg, FFMPEG_UNSUPPORTED
 * where it lacks what daylit cannot do without.
 */
export async function readCapabilities(path: string): Promise<FfmpegCapabilities> {
  const ask = (...question: string[]): Promise<string> => printed(path, question);
  const [version, options, formats, encoders, protocols, mp4, rtsp] = await Promise.all([
    ask('-version'),
    ask('-h', 'long'),
    ask('-formats'),
    ask('-encoders'),
    ask('-protocols'),
    ask('-h', 'muxer=mp4'),
    ask('-h', 'demuxer=rtsp'),
  ]);
  const name = /^ffmpeg version (\S+)/m.exec(version)?.[1];
  if (name === undefined) throw new DaylitError('FFMPEG_FAILED', 'does not answer like ffmpeg');
  const capabilities: FfmpegCapabilities = {
    version: name,
    encoders: encodersIn(encoders),
    ...formatsIn(formats),
    ...protocolsIn(protocols),
    passthrough: [/^-fps_mode\b/m.test(options) ? '-fps_mode' : '-vsync', 'passthrough'],
    movieTimescale: /^\s*-movie_timescale\s/m.test(mp4),
    scalesUnasked: !/^-autoscale\b/m.test(options),
    // Where both exist, `-timeout` means waiting for somebody to connect to us.
    rtspTimeout: /^\s*-stimeout\s/m.test(rtsp) ? '-stimeout' : '-timeout',
    checksCertificates: /^\s*-tls_verify\s.*\(default true\)/m.test(rtsp),
  };
  refuseIncomplete(capabilities);
  return capabilities;
}

function refuseIncomplete(capabilities: FfmpegCapabilities): void {
  const complete =
    capabilities.muxers.has(NEEDED.muxer) &&
    capabilities.demuxers.has(NEEDED.demuxer) &&
    capabilities.encoders.has(NEEDED.encoder);
  if (!complete) throw new DaylitError('FFMPEG_UNSUPPORTED', 'was built without raw video or the NUT container');
}

/** Names in the table that `-encoders` prints. */
export function encodersIn(table: string): Set<string> {
  return new Set(
    Array.from(table.matchAll(/^ [VAS.][F.][S.][X.][B.][D.] (\S+)/gm), (row) => row[1] ?? '').filter(
      (name) => name !== '=',
    ),
  );
}

/** Names in the table that `-formats` prints; newer builds mark devices with a further letter. */
export function formatsIn(table: string): { muxers: Set<string>; demuxers: Set<string> } {
  const muxers = new Set<string>();
  const demuxers = new Set<string>();
  for (const [, demuxes, muxes, names = ''] of table.matchAll(/^ ([D ])([E ])[d ]? {0,2}([a-z0-9_,]+) /gm)) {
    for (const name of names.split(',')) {
      if (demuxes === 'D') demuxers.add(name);
      if (muxes === 'E') muxers.add(name);
    }
  }
  return { muxers, demuxers };
}

/** Names in the two lists that `-protocols` prints. */
export function protocolsIn(lists: string): { inputProtocols: Set<string>; outputProtocols: Set<string> } {
  const [, input = '', output = ''] = lists.split(/^(?:Input|Output):$/m);
  const names = (list: string): Set<string> =>
    new Set(
      list
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    );
  return { inputProtocols: names(input), outputProtocols: names(output) };
}

async function printed(path: string, question: readonly string[]): Promise<string> {
  const ffmpeg = startFfmpeg(path, ['-hide_banner', ...question], { stdin: 'ignore', stdout: 'pipe' });
  const chunks: Buffer[] = [];
  ffmpeg.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  await ffmpeg.finished;
  return Buffer.concat(chunks).toString('utf8');
}
