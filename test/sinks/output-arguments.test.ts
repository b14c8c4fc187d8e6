import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { OtherTracks } from '../../src/core/contracts.js';
import type { HardwareEncoder } from '../../src/ffmpeg/hardware-trial.js';
import { CONTAINERS } from '../../src/sinks/containers.js';
import {
  chooseEncoding,
  outputOptions,
  syntheticNote,
  tracksLeftOut,
  trimOptions,
  withEncoder,
  type EncoderCapabilities,
  type EncodingChoices,
  type FrameProperties,
} from '../../src/sinks/output-arguments.js';
import { VIDEO_CODECS } from '../../src/sinks/video-codecs.js';

const OLD: EncoderCapabilities = {
  encoders: new Set(['libx264', 'mjpeg']),
  passthrough: ['-vsync', 'passthrough'],
  movieTimescale: false,
};
const NEW: EncoderCapabilities = { ...OLD, passthrough: ['-fps_mode', 'passthrough'], movieTimescale: true };
const FRAME: FrameProperties = {
  size: { width: 640, height: 512 },
  timeBase: { numerator: 1, denominator: 90_000 },
  marks: { synthesised: 'model' },
};
const NTSC = { numerator: 30_000, denominator: 1001 };
const NO_TRACKS: OtherTracks = { audio: [], subtitles: [] };

function optionsFor(
  path: string,
  choices: EncodingChoices = {},
  { frame = FRAME, tracks = NO_TRACKS, ffmpeg = OLD, rate = NTSC } = {},
): string {
  return outputOptions(chooseEncoding(path, choices, rate), frame, tracks, ffmpeg).join(' ');
}

const MAP = '-map 0:v:0';
const OLD_TIMES = '-vsync passthrough -enc_time_base 1:90000';
const BT709 =
  'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,' +
  'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709 ' +
  '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709';
const X264 = '-c:v libx264 -preset veryfast -crf 18 -x264-params fps=30000/1001';
const NOTE = '-metadata comment=Colours synthesised by daylit';

suite('what ffmpeg is told', () => {
  test('by container', () => {
    assert.equal(
      optionsFor('a.mp4'),
      `${MAP} ${OLD_TIMES} -filter:v ${BT709} ${X264} ` +
        `-bf 0 -f mp4 -strict experimental -video_track_timescale 90000 -movflags +faststart ${NOTE}`,
    );
    assert.equal(
      optionsFor('a.MOV'),
      `${MAP} ${OLD_TIMES} -filter:v ${BT709} ${X264} ` +
        `-bf 0 -f mov -video_track_timescale 90000 -movflags +faststart ${NOTE}`,
    );
    assert.equal(optionsFor('a.mkv'), `${MAP} ${OLD_TIMES} -filter:v ${BT709} ${X264} -f matroska ${NOTE}`);
    assert.equal(
      optionsFor('a.ts'),
      `${MAP} ${OLD_TIMES} -filter:v ${BT709} ${X264} -f mpegts -mpegts_copyts 1 -muxdelay 0 -muxpreload 0 ` +
        '-metadata service_provider=daylit -metadata service_name=Colours synthesised by daylit',
    );
  });

  test('by codec', () => {
    const between = (options: string): string =>
      options.slice(options.indexOf('-filter:v'), options.indexOf(' -f matroska'));
    assert.equal(
      between(optionsFor('a.mkv', { codec: 'h265', crf: 30, preset: 'slow' })),
      `-filter:v ${BT709} -c:v libx265 -preset slow -crf 30 -x265-params log-level=error:fps=30000/1001`,
    );
    assert.equal(
      between(optionsFor('a.mkv', { codec: 'vp9' })),
      `-filter:v ${BT709} -c:v libvpx-vp9 -crf 28 -b:v 0 -deadline good -cpu-used 4 -row-mt 1`,
    );
    assert.equal(
      between(optionsFor('a.mkv', { codec: 'ffv1' })),
      '-filter:v format=bgr0 -c:v ffv1 -level 3 -g 1 -slices 4 -slicecrc 1',
    );
    assert.equal(
      between(optionsFor('a.mkv', { codec: 'mjpeg' })),
      '-filter:v scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p -color_range pc -c:v mjpeg -q:v 2',
    );
    assert.equal(
      between(optionsFor('a.mkv', { codec: 'prores' })),
      `-filter:v ${BT709.replace('yuv420p', 'yuv422p10le')} -c:v prores_ks -profile:v 3`,
    );
  });

  test('odd sides get one more pixel that repeats the edge, never a scaled picture', () => {
    const filterOf = (width: number, height: number): string =>
      /-filter:v (\S*?),?scale=/.exec(optionsFor('a.mp4', {}, { frame: { ...FRAME, size: { width, height } } }))?.[1] ??
      '?';
    assert.equal(filterOf(640, 512), '');
    assert.equal(filterOf(641, 512), 'format=gbrp,pad=iw+1:ih+0,fillborders=right=1:bottom=0:mode=smear');
    assert.equal(filterOf(640, 511), 'format=gbrp,pad=iw+0:ih+1,fillborders=right=0:bottom=1:mode=smear');
    assert.equal(filterOf(81, 61), 'format=gbrp,pad=iw+1:ih+1,fillborders=right=1:bottom=1:mode=smear');
  });

  test('time bases go through unchanged, and ffmpeg 5 and newer keep the start as exact as the rest', () => {
    const options = (numerator: number, denominator: number): string =>
      optionsFor('a.mp4', {}, { frame: { ...FRAME, timeBase: { numerator, denominator } }, ffmpeg: NEW });
    assert.match(
      options(1001, 30_000),
      /-fps_mode passthrough -enc_time_base 1001:30000 .*-video_track_timescale 30000 /,
    );
    assert.match(options(1001, 30_000), / -movie_timescale 30000$/);
    assert.match(options(1, 25), /-video_track_timescale 25 .* -movie_timescale 10000$/);
    assert.doesNotMatch(optionsFor('a.mkv', {}, { ffmpeg: NEW }), /timescale/);
  });

  test('tracks are copied as far as the container can hold them', () => {
    const tracks = { audio: ['pcm_s16le', 'aac', 'dts'], subtitles: ['subrip', 'mov_text'] };
    const mapsOf = (path: string): string => / (-map 1.*) -vsync/.exec(optionsFor(path, {}, { tracks }))?.[1] ?? '';
    assert.equal(mapsOf('a.mp4'), '-map 1:a:1 -map 1:s:1 -c:a copy -c:s copy');
    assert.equal(mapsOf('a.mov'), '-map 1:a:0 -map 1:a:1 -map 1:s:1 -c:a copy -c:s copy');
    assert.equal(mapsOf('a.mkv'), '-map 1:a:0 -map 1:a:1 -map 1:a:2 -map 1:s:0 -c:a copy -c:s copy');
    assert.equal(mapsOf('a.ts'), '-map 1:a:1 -map 1:a:2 -c:a copy');
    const leftOut = (path: string): readonly string[] =>
      tracksLeftOut(chooseEncoding(path, {}, NTSC).container, tracks);
    assert.deepEqual(leftOut('a.mp4'), ['audio (pcm_s16le)', 'audio (dts)', 'subtitles (subrip)']);
    assert.deepEqual(leftOut('a.mkv'), ['subtitles (mov_text)']);
  });

  test('a finished file is cut at the end of the picture without coding it again', () => {
    assert.equal(
      trimOptions(chooseEncoding('a.ts', {}, NTSC), FRAME, 12.3456789, NEW).join(' '),
      '-map 0 -c copy -to 12.345679 -f mpegts -mpegts_copyts 1 -muxdelay 0 -muxpreload 0 ' +
        '-metadata service_provider=daylit -metadata service_name=Colours synthesised by daylit',
    );
  });

  test('palette pictures do not claim to be synthesised daylight', () => {
    assert.equal(syntheticNote({ synthesised: 'palette' }), 'False colours of a thermal picture by daylit');
    assert.equal(syntheticNote({}), 'Colours synthesised by daylit');
  });
});

suite('choices', () => {
  test('that cannot be are refused by code, before anything starts', () => {
    const cases: [path: string, choices: EncodingChoices, code: string][] = [
      ['a.avi', {}, 'OUTPUT_UNSUPPORTED'],
      ['a', {}, 'OUTPUT_UNSUPPORTED'],
      ['a.mp4', { codec: 'ffv1' }, 'OUTPUT_UNSUPPORTED'],
      ['a.mp4', { codec: 'constructor' }, 'OUTPUT_UNSUPPORTED'],
      ['a.constructor', {}, 'OUTPUT_UNSUPPORTED'],
      ['a.mp4', { crf: 52 }, 'OPTION_INVALID'],
      ['a.mp4', { crf: -1 }, 'OPTION_INVALID'],
      ['a.mp4', { crf: Number.NaN }, 'OPTION_INVALID'],
      ['a.mkv', { codec: 'ffv1', crf: 10 }, 'OPTION_INVALID'],
      ['a.mp4', { preset: 'quick' }, 'OPTION_INVALID'],
      ['a.mkv', { codec: 'vp9', preset: 'slow' }, 'OPTION_INVALID'],
    ];
    for (const [path, choices, code] of cases) {
      assert.throws(() => chooseEncoding(path, choices, undefined), { code }, `${path} ${JSON.stringify(choices)}`);
    }
  });

  test('an encoder that the found ffmpeg lacks is named', () => {
    withEncoder(chooseEncoding('a.mp4', {}, undefined), OLD);
    const h265 = chooseEncoding('a.mp4', { codec: 'h265' }, undefined);
    assert.throws(() => withEncoder(h265, OLD), { code: 'FFMPEG_UNSUPPORTED', message: /libx265/ });
  });

  const CARDS: readonly (readonly [HardwareEncoder, string])[] = [
    [
      { name: 'h264_nvenc', device: [], pixelFormat: 'yuv420p', upload: false },
      `${BT709} -c:v h264_nvenc -rc vbr -cq 20 -b:v 0`,
    ],
    [
      { name: 'h264_vaapi', device: ['-vaapi_device', '/dev/dri/renderD128'], pixelFormat: 'nv12', upload: true },
      `${BT709.replace('yuv420p', 'nv12').replace(' ', ',hwupload ')} -c:v h264_vaapi -vaapi_device /dev/dri/renderD128 -qp 20`,
    ],
    [
      { name: 'h264_videotoolbox', device: [], pixelFormat: 'yuv420p', upload: false },
      `${BT709} -c:v h264_videotoolbox -b:v 6M`,
    ],
  ];
  for (const [hardware, expected] of CARDS) {
    test(`hardware that has proved itself codes H.264: ${hardware.name}`, () => {
      const found = { ...NEW, hardware };
      const encoding = withEncoder(chooseEncoding('a.mkv', { codec: 'hardware', crf: 20 }, undefined), found);
      const options = outputOptions(encoding, FRAME, NO_TRACKS, found).join(' ');
      assert.ok(options.includes(`-filter:v ${expected} -f matroska`), options);
    });
  }

  test('hardware needs proof, a container that holds H.264, and no preset', () => {
    const encoding = chooseEncoding('a.mp4', { codec: 'hardware' }, undefined);
    assert.throws(() => withEncoder(encoding, NEW), { code: 'FFMPEG_UNSUPPORTED' });
    const preset = { codec: 'hardware', preset: 'fast' };
    assert.throws(() => chooseEncoding('a.mp4', preset, undefined), { code: 'OPTION_INVALID' });
  });

  test('all codecs can be had in Matroska, as its hint promises', () => {
    assert.deepEqual([...(CONTAINERS['.mkv']?.codecs ?? [])].sort(), Object.keys(VIDEO_CODECS).sort());
  });
});
