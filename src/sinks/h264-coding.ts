import { FlvDemuxer } from '../ffmpeg/flv-demux.js';
import type { VideoPiece } from './gop-cache.js';
import type { Moment } from './kept-frame.js';
import { promptH264 } from './prompt-h264.js';
import type { VideoCoding } from './live-video.js';
import type { MakeMessage, PictureHeaders } from './picture-headers.js';

/** One coded picture of a video, for all who watch. */
export interface CodedUnit extends VideoPiece {
  readonly sequence: number;
  /** When its frame reached this process, monotonic milliseconds. */
  readonly arrivedAt: number;
  /** As a message of viewer-protocol.ts; its age is that of the moment it is made at. */
  readonly message: MakeMessage;
}

/** FLV counts milliseconds in 31 bits; half of that is twelve days. */
const LONGEST_SECONDS = 1e6;
/** Frames that may be inside an encoder which keeps none. */
const MOST_EXPECTED = 64;

/** Video for the page: each picture a message of its own, with what is known of its frame. */
export function h264Coding(headers: PictureHeaders): VideoCoding<CodedUnit> {
  return {
    fromZero: true,
    longestSeconds: LONGEST_SECONDS,
    options: (frame, binary) => [...promptH264(frame, binary), '-f', 'flv', '-flvflags', 'no_duration_filesize'],
    reader: () => {
      const demuxer = new FlvDemuxer();
      const expected: { readonly moment: Moment; readonly milliseconds: number }[] = [];
      return {
        expect: (moment, seconds) => {
          expected.push({ moment, milliseconds: 1000 * seconds });
          if (expected.length > MOST_EXPECTED) expected.shift();
        },
        push: (chunk) =>
          demuxer.push(chunk).flatMap(({ keyframe, milliseconds, data, configuration }) => {
            // In order, none left out; still, a picture is only called what its own time says it is.
            const found = expected.findIndex((frame) => Math.abs(frame.milliseconds - milliseconds) < 1);
            const [frame] = expected.splice(0, found + 1).slice(-1);
            if (frame === undefined) return [];
            const { moment } = frame;
            const picture = { coding: 'h264', keyframe, coded: data } as const;
            const message = headers.message(moment, keyframe ? { ...picture, configuration } : picture);
            return [{ keyframe, bytes: data, message, sequence: moment.sequence, arrivedAt: moment.arrivedAt }];
          }),
      };
    },
  };
}
