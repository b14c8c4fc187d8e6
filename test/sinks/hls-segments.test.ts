import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { HlsSegments } from '../../src/sinks/hls-segments.js';

const SECOND = 90_000;
const WRAP = 2 ** 33;

/** Ten pictures a second, a keyframe each second. */
function fill(segments: HlsSegments, from: number, seconds: number, bytes = 1): void {
  for (let n = 0; n <= 10 * seconds; n += 1) {
    const pts = (from + (n * SECOND) / 10) % WRAP;
    segments.push({ keyframe: n % 10 === 0, pts, bytes: new Uint8Array(bytes).fill(n) }, 1000 * n);
  }
}

suite('HLS segments', () => {
  test('begin with keyframes, last two seconds, and are listed with their times', () => {
    const segments = new HlsSegments();
    assert.equal(segments.playlist(), undefined);
    fill(segments, 0, 4);
    assert.deepEqual(segments.playlist('?token=t')?.split('\n'), [
      '#EXTM3U',
      '#EXT-X-VERSION:6',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-MEDIA-SEQUENCE:0',
      '#EXT-X-DISCONTINUITY-SEQUENCE:0',
      '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z',
      '#EXTINF:2.000,',
      '0.ts?token=t',
      '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:20.000Z',
      '#EXTINF:2.000,',
      '1.ts?token=t',
      '',
    ]);
    assert.deepEqual(
      [...(segments.segment(1) ?? [])],
      Array.from({ length: 20 }, (_, n) => 20 + n),
    );
  });

  test('are bounded in number and in bytes; those that left the list stay for a while', () => {
    const segments = new HlsSegments();
    fill(segments, 0, 60);
    const kept = Array.from({ length: 40 }, (_, number) => number).filter((number) => segments.segment(number));
    assert.deepEqual(kept, [21, 22, 23, 24, 25, 26, 27, 28, 29]);
    assert.match(segments.playlist() ?? '', /MEDIA-SEQUENCE:24\n/);
    const large = new HlsSegments();
    fill(large, 0, 20, 2 * 1024 * 1024);
    const sizes = Array.from({ length: 10 }, (_, number) => large.segment(number)?.length ?? 0);
    assert.ok(sizes.reduce((sum, size) => sum + size) <= 80 * 1024 * 1024);
  });

  test('go on over the end of the clock, and say where time breaks', () => {
    const segments = new HlsSegments();
    fill(segments, WRAP - 3 * SECOND, 6);
    assert.equal(segments.playlist()?.match(/#EXTINF:2\.000,/g)?.length, 3);
    assert.doesNotMatch(segments.playlist() ?? '', /DISCONTINUITY\n/);
    fill(segments, 1000 * SECOND, 4);
    assert.match(
      segments.playlist() ?? '',
      /#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:[^\n]+\n#EXTINF:2.000,\n4\.ts/,
    );
    segments.interrupt();
    fill(segments, 2000 * SECOND, 20);
    const list = segments.playlist() ?? '';
    assert.match(list, /DISCONTINUITY-SEQUENCE:2\n/);
    assert.doesNotMatch(list, /DISCONTINUITY\n/);
  });

  test('nothing before the first keyframe is taken', () => {
    const segments = new HlsSegments();
    segments.push({ keyframe: false, pts: 0, bytes: new Uint8Array([9]) }, 0);
    fill(segments, 0, 2);
    assert.deepEqual([...(segments.segment(0) ?? [])].length, 20);
  });
});
