import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  hlsOutput,
  pushOutput,
  recordingOutput,
  type LiveOutputCapabilities,
} from '../../src/sinks/live-output-arguments.js';
import type { EncodingChoices, FrameProperties } from '../../src/sinks/output-arguments.js';

const OLD: LiveOutputCapabilities = {
  encoders: new Set(['libx264', 'libx265', 'ffv1']),
  muxers: new Set(['rtsp', 'flv', 'mpegts', 'hls', 'mp4']),
  outputProtocols: new Set(['tcp', 'udp', 'rtmp']),
  passthrough: ['-vsync', 'passthrough'],
  movieTimescale: false,
};
const NEW: LiveOutputCapabilities = { ...OLD, outputProtocols: new Set(['tcp', 'tls', 'udp', 'rtmp', 'rtmps', 'srt']) };
const FRAME: FrameProperties = {
  size: { width: 640, height: 512 },
  timeBase: { numerator: 1, denominator: 90_000 },
  marks: { synthesised: 'model' },
};
const NINE = { numerator: 9, denominator: 1 };
const COMMON =
  '-map 0:v:0 -vsync passthrough -enc_time_base 1:90000 -filter:v scale=out_color_matrix=bt709:out_range=tv,' +
  'format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709 ' +
  '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709';
const X264 = '-c:v libx264 -preset veryfast -crf 23 -x264-params fps=9/1 -g 18';
const PROMPT = `${COMMON} ${X264} -tune zerolatency`;
const TS =
  '-f mpegts -mpegts_copyts 1 -muxdelay 0 -muxpreload 0 ' +
  '-metadata service_provider=daylit -metadata service_name=Colours synthesised by daylit';

const told = ({ address, options = [] }: { address: string; options?: readonly string[] }): readonly string[] => [
  address,
  options.join(' '),
];

suite('what ffmpeg is told about live outputs', () => {
  const PUSHES: readonly (readonly [string, LiveOutputCapabilities, string, string])[] = [
    ['rtsp://u:p@server/colour', OLD, 'rtsp://u:p@server/colour', '-f rtsp -rtsp_transport tcp'],
    ['rtsps://server/colour', NEW, 'rtsps://server/colour', '-f rtsp -rtsp_transport tcp'],
    ['rtmp://server/app/key', OLD, 'rtmp://server/app/key', '-f flv -flvflags no_duration_filesize'],
    ['udp://239.1.2.3:5000', OLD, 'udp://239.1.2.3:5000?pkt_size=1316', TS],
    ['udp://239.1.2.3:5000?ttl=2', OLD, 'udp://239.1.2.3:5000?ttl=2&pkt_size=1316', TS],
    ['udp://239.1.2.3:5000?pkt_size=188', OLD, 'udp://239.1.2.3:5000?pkt_size=188', TS],
    ['SRT://server:9000', NEW, 'SRT://server:9000?pkt_size=1316', TS],
  ];
  for (const [address, capabilities, expected, muxer] of PUSHES) {
    test(address, () => {
      assert.deepEqual(told(pushOutput(address, {}, capabilities).at(address, FRAME, NINE)), [
        expected,
        `${PROMPT} ${muxer}`,
      ]);
    });
  }

  test('hardware keeps no picture either', () => {
    const hardware = { name: 'h264_nvenc', device: [], pixelFormat: 'yuv420p', upload: false } as const;
    const [, options] = told(
      pushOutput('rtsp://server/colour', { codec: 'hardware' }, { ...OLD, hardware }).at('', FRAME, NINE),
    );
    assert.equal(
      options,
      `${COMMON} -c:v h264_nvenc -rc vbr -cq 23 -b:v 0 -g 18 -bf 0 -delay 0 -zerolatency 1 -f rtsp -rtsp_transport tcp`,
    );
  });

  test('a playlist for web players, whatever its folder is called', () => {
    assert.deepEqual(told(hlsOutput({}, OLD).at('/web/100%/live.m3u8', FRAME, NINE)), [
      'file:/web/100%/live.m3u8',
      `${PROMPT} -f hls -hls_time 2 -hls_list_size 6 -hls_flags delete_segments+append_list+program_date_time ` +
        '-hls_segment_filename /web/100%%/live-%05d.ts',
    ]);
  });

  test('recordings: MP4 in fragments, so that a crash loses seconds only; others need none', () => {
    const fragments = '-movflags +frag_keyframe+empty_moov+default_base_moof';
    const note = '-metadata comment=Colours synthesised by daylit';
    assert.deepEqual(told(recordingOutput('%H.mp4', {}, OLD).at('/a/12.mp4', FRAME, NINE)), [
      'file:/a/12.mp4',
      `${COMMON} ${X264} -bf 0 -f mp4 -video_track_timescale 90000 ${fragments} ${note} -flush_packets 1`,
    ]);
    const [, matroska] = told(recordingOutput('a.mkv', { codec: 'ffv1' }, OLD).at('/a.mkv', FRAME, undefined));
    assert.match(matroska ?? '', /-c:v ffv1 .*-g 50 -f matroska/);
    assert.doesNotMatch(matroska ?? '', /crf|tune/);
  });

  test('choices are taken', () => {
    const [, options] = told(
      pushOutput('udp://a:1', { codec: 'h265', crf: 30, preset: 'fast' }, OLD).at('', FRAME, NINE),
    );
    assert.match(options ?? '', /-c:v libx265 -preset fast -crf 30 /);
  });

  test('what cannot be sent is said before anything begins', () => {
    const refusals: readonly (readonly [string, EncodingChoices, string])[] = [
      ['srt://a:1', {}, 'FFMPEG_UNSUPPORTED'],
      ['rtmp://a/1', { codec: 'h265' }, 'OUTPUT_UNSUPPORTED'],
      ['udp://a:1', { codec: 'vp9' }, 'OUTPUT_UNSUPPORTED'],
      ['gopher://a', {}, 'OUTPUT_UNSUPPORTED'],
      ['constructor://a', {}, 'OUTPUT_UNSUPPORTED'],
      ['udp://a:1', { crf: 99 }, 'OPTION_INVALID'],
    ];
    for (const [address, choices, code] of refusals) assert.throws(() => pushOutput(address, choices, OLD), { code });
    assert.throws(() => recordingOutput('a.mp4', {}, { ...OLD, encoders: new Set() }), { code: 'FFMPEG_UNSUPPORTED' });
    assert.throws(() => recordingOutput('a.mp4', { codec: 'ffv1' }, OLD), { code: 'OUTPUT_UNSUPPORTED' });
  });
});
