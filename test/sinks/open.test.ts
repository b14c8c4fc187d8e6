import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite, test } from 'node:test';
import { DaylitError } from '../../src/core/errors.js';
import { ImagesSink } from '../../src/sinks/images.js';
import { openSink, type SinkOptions } from '../../src/sinks/open.js';
import { SinglePictureSink } from '../../src/sinks/single-picture.js';
import { StdoutSink } from '../../src/sinks/stdout.js';
import { sourceInfo } from '../fakes/colour-frames.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const options: SinkOptions = {
  binary: () => Promise.reject(new DaylitError('FFMPEG_NOT_FOUND', 'asked for')),
  source: sourceInfo(),
  notify: () => undefined,
};

suite('opening an output', () => {
  test('goes by its name, and asks for ffmpeg only where a video is coded', async (context) => {
    const folder = await temporaryFolder(context);
    await mkdir(join(folder, 'there'));
    for (const [target, kind] of [
      [`${folder}/out/`, ImagesSink],
      [join(folder, 'there'), ImagesSink],
      [join(folder, '%04d.jpg'), ImagesSink],
      [join(folder, 'a.png'), SinglePictureSink],
    ] as const) {
      const sink = await openSink(target, { ...options, source: sourceInfo({ kind: 'images', frameCount: 1 }) });
      assert.ok(sink instanceof kind, target);
      assert.equal(sink.target, target);
      await sink.discard();
    }
    for (const name of ['a.mp4', 'a.MKV', 'a.mov', 'a.ts']) {
      await assert.rejects(openSink(join(folder, name), options), { code: 'FFMPEG_NOT_FOUND' });
    }
  });

  test('writes to a pipe but not to a terminal', async () => {
    assert.ok((await openSink('-', { ...options, stdout: new PassThrough() })) instanceof StdoutSink);
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    await assert.rejects(openSink('-', { ...options, stdout: terminal }), { code: 'OUTPUT_UNSUPPORTED' });
  });

  test('refuses one picture for many frames before any work is done', async (context) => {
    const target = join(await temporaryFolder(context), 'a.png');
    const many = { ...options, source: sourceInfo({ frameCount: 2 }) };
    await assert.rejects(openSink(target, many), { code: 'OUTPUT_UNSUPPORTED', hint: /%05d/ });
  });

  test('refuses its own input, by address or by the file whose tracks are copied', async (context) => {
    const folder = await temporaryFolder(context);
    const path = join(folder, 'in.mp4');
    await writeFile(path, '');
    const tracks = { audio: [], subtitles: [] };
    for (const source of [sourceInfo({ label: path }), sourceInfo({ label: 'x', container: { path, tracks } })]) {
      await assert.rejects(openSink(path, { ...options, source, overwrite: true }), { code: 'OUTPUT_CONFLICT' });
    }
  });
});
