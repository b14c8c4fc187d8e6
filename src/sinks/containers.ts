import { extname } from 'node:path';
import type { OtherTracks } from '../core/contracts.js';
import type { Rational } from '../core/frame.js';
import type { VideoCodecName } from './video-codecs.js';

/** A kind of video file. */
export interface Container {
  /** What it can hold; the first is taken where none is asked for. */
  readonly codecs: readonly [VideoCodecName, ...VideoCodecName[]];
  /** Codecs of tracks that can be copied into it unchanged, as ffmpeg spells them. */
  readonly tracks: OtherTracks;
  /** Whether it is of the QuickTime family, which holds the start of tracks in ticks of the movie. */
  readonly startsInMovieTicks?: true;
  /**
   * Options of the muxer.
   * @param comment what the file says about its colours
   */
  options(codec: VideoCodecName, timeBase: Rational, comment: string): readonly string[];
}

const PCM = ['pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_f32le', 'pcm_mulaw', 'pcm_alaw'];

/**
 * Video files by extension.
 *
 * How exact presentation times are is the container's affair: MP4 and MOV count in the source's own ticks; Matroska in
 * whole milliseconds (ffmpeg offers no other); TS in 1/90000 s, and as it knows no negative times, a recording that
 * starts at 0 begins by the encoder's reordering delay (two frames) later, all tracks alike.
 */
export const CONTAINERS: Readonly<Record<string, Container>> = {
  '.mp4': {
    startsInMovieTicks: true,
    codecs: ['h264', 'h265', 'vp9', 'mjpeg'],
    tracks: { audio: ['aac', 'mp3', 'ac3', 'eac3', 'alac', 'opus', 'flac'], subtitles: ['mov_text'] },
    // -strict: the 2018 ffmpeg calls Opus and FLAC in MP4 experimental.
    options: (...about) => ['-f', 'mp4', '-strict', 'experimental', ...quickTime(...about)],
  },
  '.mkv': {
    codecs: ['h264', 'h265', 'vp9', 'ffv1', 'mjpeg', 'prores'],
    tracks: {
      audio: ['aac', 'mp2', 'mp3', 'ac3', 'eac3', 'dts', 'truehd', 'opus', 'vorbis', 'flac', 'alac', 'wavpack', ...PCM],
      subtitles: ['subrip', 'ass', 'webvtt', 'hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle'],
    },
    options: (_codec, _timeBase, comment) => ['-f', 'matroska', '-metadata', `comment=${comment}`],
  },
  '.mov': {
    startsInMovieTicks: true,
    codecs: ['h264', 'h265', 'prores', 'ffv1', 'mjpeg'],
    tracks: { audio: ['aac', 'mp3', 'ac3', 'eac3', 'alac', ...PCM], subtitles: ['mov_text'] },
    options: (...about) => ['-f', 'mov', ...quickTime(...about)],
  },
  '.ts': {
    codecs: ['h264', 'h265'],
    tracks: {
      audio: ['aac', 'mp2', 'mp3', 'ac3', 'eac3', 'dts', 'opus'],
      subtitles: ['dvb_subtitle', 'dvb_teletext'],
    },
    // Without these the muxer moves everything by 1.4 s. TS has no comments: the programme's name says it.
    options: (_codec, _timeBase, comment) => [
      ...['-f', 'mpegts', '-mpegts_copyts', '1', '-muxdelay', '0', '-muxpreload', '0'],
      ...['-metadata', 'service_provider=daylit', '-metadata', `service_name=${comment}`],
    ],
  },
};

/** The kind of video file that a path names by its extension; undefined for others. */
export function containerOf(path: string): Container | undefined {
  return CONTAINERS[extname(path).toLowerCase()];
}

function quickTime(codec: VideoCodecName, timeBase: Rational, comment: string): readonly string[] {
  return [
    '-video_track_timescale',
    String(timeBase.denominator),
    '-movflags',
    '+faststart', // index first, so that playing can begin before all is loaded
    ...(codec === 'h265' ? ['-tag:v', 'hvc1'] : []), // the tag that Apple's players insist on
    '-metadata',
    `comment=${comment}`,
  ];
}
