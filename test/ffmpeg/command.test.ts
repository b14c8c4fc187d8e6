import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { exactTiming, ffmpegArguments, fileAddress, STDIN, STDOUT } from '../../src/ffmpeg/command.js';

const HEAD = ['-hide_banner', '-loglevel', 'level+info', '-nostats', '-progress', 'pipe:2', '-y'];

suite('ffmpeg command', () => {
  test('every argument stays one element, whatever it holds', () => {
    const args = ffmpegArguments({
      inputs: [{ address: fileAddress("-odd name: 100%d 'x'.mp4"), options: ['-copyts', '-f', 'mp4'] }],
      outputs: [{ address: STDOUT, options: ['-vf', 'scale=out_range=pc, format=gray', '-an'] }],
    });
    assert.deepEqual(args, [
      ...HEAD,
      '-copyts',
      '-f',
      'mp4',
      '-i',
      "file:-odd name: 100%d 'x'.mp4",
      '-vf',
      'scale=out_range=pc, format=gray',
      '-an',
      'pipe:1',
    ]);
  });

  test('several inputs, a graph, no options', () => {
    const args = ffmpegArguments({
      inputs: [{ address: STDIN, options: ['-f', 'nut'] }, { address: 'file:b.mp4' }],
      filterGraph: '[0:v][1:v]hstack',
      outputs: [{ address: 'file:c.mkv', options: [] }],
    });
    const graph = ['-filter_complex', '[0:v][1:v]hstack'];
    assert.deepEqual(args, [...HEAD, '-f', 'nut', '-i', 'pipe:0', '-i', 'file:b.mp4', ...graph, 'file:c.mkv']);
  });

  test('exact timing spells passthrough as the binary does', () => {
    const timeBase = { numerator: 1001, denominator: 30000 };
    assert.deepEqual(exactTiming({ passthrough: ['-vsync', 'passthrough'] }, timeBase), [
      '-vsync',
      'passthrough',
      '-enc_time_base',
      '1001:30000',
    ]);
  });
});
