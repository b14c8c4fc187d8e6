import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  isLiveAddress,
  liveInput,
  livePictures,
  realtimeInput,
  type InputCapabilities,
  type LiveInputOptions,
} from '../../src/sources/live-input.js';

const NEW: InputCapabilities = {
  inputProtocols: new Set(['tcp', 'udp', 'rtp', 'tls', 'http', 'https', 'srt', 'rtmp', 'rtmps']),
  demuxers: new Set(['video4linux2', 'v4l2']),
  rtspTimeout: '-timeout',
};
const OLD: InputCapabilities = {
  inputProtocols: new Set(['tcp', 'udp', 'rtp', 'http']),
  demuxers: new Set(),
  rtspTimeout: '-stimeout',
};
const PROMPTLY =
  '-probesize 500000 -analyzeduration 500000 -fpsprobesize 0 -flags low_delay -max_pixels 67108864 -copyts';
const RTSP = '-protocol_whitelist rtsp,rtp,srtp,udp,tcp';
const HTTP = '-protocol_whitelist http,https,httpproxy,tls,tcp,crypto';

const CASES: readonly (readonly [string, Partial<LiveInputOptions>, InputCapabilities, string])[] = [
  ['rtsp://u:p@cam/1', {}, NEW, `-rtsp_transport tcp -timeout 10000000 ${RTSP}`],
  ['RTSP://cam/1', {}, OLD, `-rtsp_transport tcp -stimeout 10000000 ${RTSP}`],
  ['rtsp://cam/1', { transport: 'udp' }, NEW, `-rtsp_transport udp -timeout 10000000 ${RTSP}`],
  ['rtsps://cam/1', { transport: 'auto', timeoutMs: 500 }, NEW, `-rtsp_flags prefer_tcp -timeout 500000 ${RTSP}`],
  ['udp://@239.1.2.3:5000', {}, OLD, '-protocol_whitelist udp'],
  ['rtp://127.0.0.1:5004', {}, OLD, '-protocol_whitelist rtp,udp'],
  ['srt://drone:9000?mode=caller', {}, NEW, '-protocol_whitelist srt'],
  ['http://cam/live/index.m3u8?a=1', {}, OLD, `-rw_timeout 10000000 ${HTTP}`],
  ['http://cam/live.TS', {}, OLD, `-rw_timeout 10000000 ${HTTP}`],
  ['http://cam/mjpg/video.mjpg', {}, OLD, `-rw_timeout 10000000 -use_wallclock_as_timestamps 1 ${HTTP}`],
  ['rtmp://server/live/a', {}, NEW, '-rw_timeout 10000000 -protocol_whitelist rtmp,rtmps,tcp,tls'],
  ['v4l2:/dev/video0', {}, NEW, '-f v4l2 -input_format gray16le'],
  [
    'v4l2:/dev/video1?format=mjpeg&size=160x120&rate=60/7',
    ...[{}, NEW, '-f v4l2 -input_format mjpeg -video_size 160x120 -framerate 60/7'],
  ] as const,
  ['-a b$(c).SDP', {}, OLD, '-protocol_whitelist file,rtp,srtp,udp -f sdp'],
  ['https://cam/?action=stream', {}, NEW, `-rw_timeout 10000000 -use_wallclock_as_timestamps 1 ${HTTP}`],
];

/** What ffmpeg calls it. */
function named(address: string): string {
  if (address.startsWith('v4l2:')) return address.slice('v4l2:'.length).replace(/\?.*/, '');
  return /\.sdp$/i.test(address) ? `file:${address}` : address;
}

suite('live input', () => {
  for (const [address, options, capabilities, expected] of CASES) {
    test(`what ffmpeg is told: ${address} ${JSON.stringify(options)}`, () => {
      const input = liveInput(address, { timeoutMs: 10_000, ...options }, capabilities);
      assert.equal(input.address, named(address));
      assert.equal(input.options?.join(' '), `${expected} ${PROMPTLY}`);
    });
  }

  test('the first group of pictures is never thrown away, and no file can be reached but a description itself', () => {
    for (const [address, options, capabilities] of CASES) {
      const flags = liveInput(address, { timeoutMs: 1, ...options }, capabilities).options ?? [];
      assert.ok(!flags.includes('nobuffer'));
      const allowed = flags[flags.indexOf('-protocol_whitelist') + 1]?.split(',') ?? [];
      for (const forbidden of ['concat', 'subfile', 'data', 'pipe', 'unix']) assert.ok(!allowed.includes(forbidden));
      assert.equal(allowed.includes('file'), /\.sdp$/i.test(address));
    }
  });

  test('a device is named by a path from the root, with settings that there are', () => {
    for (const address of [
      ...['v4l2:', 'v4l2:video0', 'v4l2:-f', 'v4l2:?format=y16', 'v4l2:/dev/video0?format=rgb', 'v4l2:/dev/v?x=1'],
      ...['v4l2:/dev/v?size=0x1', 'v4l2:/dev/v?size=1x1,crop', 'v4l2:/dev/v?rate=1e9', 'v4l2:/dev/v?rate=-1'],
    ]) {
      assert.throws(() => liveInput(address, { timeoutMs: 1 }, NEW), { code: 'OPTION_INVALID' }, address);
    }
    assert.throws(() => liveInput('v4l2:/dev/video0', { timeoutMs: 1 }, OLD), { code: 'FFMPEG_UNSUPPORTED' });
  });

  test('what may not stand in an address is written as it must be, the rest is left alone', () => {
    const told = (address: string): string => liveInput(address, { timeoutMs: 1 }, NEW).address;
    assert.equal(
      told('rtsp://u:p%40@cam/a b/ä"<>\\^`{|}\n?x=%20&y=[1]'),
      'rtsp://u:p%40@cam/a%20b/%C3%A4%22%3C%3E%5C%5E%60%7B%7C%7D%0A?x=%20&y=[1]',
    );
    const plain = "rtsps://u:-._~!$&'()*+,;=@[::1]:554/a/b;c?d=e&f#g";
    assert.equal(told(plain), plain);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (rest) => {
        const address = told(`rtsp://cam/${rest}`);
        assert.match(address, /^[!-~]+$/);
        assert.equal(told(address), address);
      }),
    );
  });

  test('what this ffmpeg cannot speak is said before any connection', () => {
    assert.throws(() => liveInput('srt://a:1', { timeoutMs: 1 }, OLD), { code: 'FFMPEG_UNSUPPORTED', message: /srt/ });
    assert.throws(() => liveInput('https://a/1', { timeoutMs: 1 }, OLD), {
      code: 'FFMPEG_UNSUPPORTED',
      message: /https/,
    });
    for (const address of ['concat://a', 'subfile://a', 'file:///etc/passwd', 'constructor://a']) {
      assert.throws(() => liveInput(address, { timeoutMs: 1 }, NEW), { code: 'INPUT_UNSUPPORTED' });
    }
  });

  test('a recording in its own time, once or for ever', () => {
    const allowed = '-protocol_whitelist file,pipe -copyts';
    assert.equal(realtimeInput('a.mp4', false).options?.join(' '), `-re ${allowed}`);
    assert.equal(realtimeInput('a.mp4', true).options?.join(' '), `-re -stream_loop -1 ${allowed}`);
    assert.equal(realtimeInput('-a.mp4', true).address, 'file:-a.mp4');
  });

  test('the format follows the stream; a range that is told is applied', () => {
    const told = (range: 'auto' | 'full', scalesUnasked: boolean): string =>
      livePictures(range, { scalesUnasked }).join(' ');
    const raw = '-c:v rawvideo -flush_packets 1 -f nut';
    assert.equal(told('auto', true), `-map 0:V:0 -vf format=gray|gray16le|rgb24 ${raw}`);
    assert.equal(told('full', false), `-map 0:V:0 -noautoscale -vf scale=in_range=pc,format=rgb24 ${raw}`);
  });

  test('addresses on the network are told from names of files', () => {
    assert.ok(['rtsp://a', 'udp://@:1', 'h323+x://a', 'v4l2:/dev/video0', 'cam.sdp'].every(isLiveAddress));
    assert.ok(!['a.mp4', 'synthetic:street', 'C:\\a', 'a/b://c', '-'].some(isLiveAddress));
  });
});
