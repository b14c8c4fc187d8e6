import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cameraJobOf, cameraJobSchema, fencedTarget, jobIdOf } from '../../src/fleet/camera-job.js';

suite('cameras that travel', () => {
  test('a token stands in every output’s name: where it is asked for, else before the ending', () => {
    const cases = {
      'rtsp://server/{fence}/yard': 'rtsp://server/7/yard',
      'rtsp://server/yard': 'rtsp://server/yard-7',
      'rtmp://server/live/yard?user=a': 'rtmp://server/live/yard-7?user=a',
      'srt://server:9000?streamid=yard&latency=20': 'srt://server:9000?streamid=yard-7&latency=20',
      'rec/%Y%m%d-%H%M%S.mp4': 'rec/%Y%m%d-%H%M%S-7.mp4',
      'hls/yard.m3u8': 'hls/yard-7.m3u8',
      'frames/': 'frames-7/',
    };
    assert.deepEqual(
      Object.keys(cases).map((target) => fencedTarget(target, 7)),
      Object.values(cases),
    );
  });

  test('an address without a name of its own is refused', () => {
    for (const target of ['udp://239.0.0.1:5000', 'srt://server:9000', 'srt://server:9000/?latency=20', '-']) {
      assert.throws(() => fencedTarget(target, 7), { code: 'OPTION_INVALID' }, target);
    }
  });

  test('settings of one machine stay at home', () => {
    const camera = { id: 'yard', input: 'rtsp://camera/thermal', outputs: ['rtsp://server/yard'], threads: 2 };
    const { settings, id } = cameraJobOf(camera, []);
    assert.equal(id, 'yard');
    assert.equal('threads' in settings, false);
    assert.equal(settings.input, camera.input);
  });

  test('another setting is another job, the same the same', () => {
    const camera = { id: 'yard', input: 'rtsp://camera/thermal', outputs: ['rtsp://server/yard'] };
    const id = jobIdOf(cameraJobOf(camera, []));
    assert.equal(jobIdOf(cameraJobOf({ ...camera }, [])), id);
    assert.notEqual(jobIdOf(cameraJobOf({ ...camera, smoothing: 0.5 }, [])), id);
  });

  test('addresses that read local files or lead elsewhere are not taken from the queue', () => {
    const job = cameraJobOf({ id: 'yard', input: 'rtsp://camera/thermal', outputs: ['rtsp://server/yard'] }, []);
    for (const input of ['file:///etc/passwd', 'concat:a|b', 'subfile:,,start,0,,:a', 'data:text/plain,a']) {
      assert.equal(cameraJobSchema.safeParse({ ...job, settings: { ...job.settings, input } }).success, false, input);
    }
  });
});
