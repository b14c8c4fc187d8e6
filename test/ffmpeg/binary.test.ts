import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { encodersIn, formatsIn, protocolsIn } from '../../src/ffmpeg/capabilities.js';

suite('finding ffmpeg', () => {
  let folder = '';
  let bundled = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daylit-'));
    bundled = (await findFfmpeg({ env: {} })).path;
  });
  after(() => rm(folder, { recursive: true }));

  /** A folder with an executable named ffmpeg: the bundled one, or a script that fails. */
  async function folderWith(name: string, script?: string): Promise<string> {
    const path = join(await mkdtemp(join(folder, name)), 'ffmpeg');
    if (script === undefined) await symlink(bundled, path);
    else await writeFile(path, `#!/bin/sh\n${script}\n`).then(() => chmod(path, 0o755));
    return path;
  }

  test('the bundled one is found without a PATH, with all it can do', async () => {
    const binary = await findFfmpeg({ env: {} });
    assert.equal(binary.origin, 'bundled');
    assert.deepEqual(binary.refused, []);
    for (const name of ['libx264', 'rawvideo', 'ffv1', 'mjpeg']) assert.ok(binary.encoders.has(name), name);
    for (const name of ['nut', 'mp4', 'matroska', 'mpegts', 'mov']) assert.ok(binary.muxers.has(name), name);
    for (const name of ['nut', 'mov', 'lavfi']) assert.ok(binary.demuxers.has(name), name);
    assert.ok(binary.inputProtocols.has('file') && binary.outputProtocols.has('pipe'));
  });

  test('the option wins over the environment, that over PATH, that over the bundled one', async () => {
    const [option, variable, onPath] = [await folderWith('o'), await folderWith('e'), await folderWith('p')];
    const PATH = [join(folder, 'nothing'), join(onPath, '..')].join(delimiter);
    const env = { FFMPEG_PATH: variable, PATH };
    assert.deepEqual((await findFfmpeg({ path: option, env })).path, option);
    assert.deepEqual((await findFfmpeg({ env })).path, variable);
    assert.deepEqual((await findFfmpeg({ env })).origin, 'environment');
    assert.deepEqual((await findFfmpeg({ env: { PATH } })).path, onPath);
  });

  test('one on PATH that cannot be used is passed over, with the reason', async () => {
    const broken = await folderWith('b', 'echo "no such library" >&2; exit 127');
    const binary = await findFfmpeg({ env: { PATH: join(broken, '..') } });
    assert.equal(binary.origin, 'bundled');
    assert.equal(binary.refused[0]?.path, broken);
    assert.match(binary.refused[0].reason, /exit status 127\n {2}no such library/);
  });

  test('one that was named and cannot be used is an error, and is asked again next time', async () => {
    const path = await folderWith('n', 'echo hello');
    await assert.rejects(findFfmpeg({ path }), { code: 'FFMPEG_NOT_FOUND', message: /does not answer like ffmpeg/ });
    await assert.rejects(findFfmpeg({ env: { FFMPEG_PATH: path } }), { code: 'FFMPEG_NOT_FOUND' });
    await rm(path);
    await symlink(bundled, path);
    assert.equal((await findFfmpeg({ path })).path, path);
  });

  test('a path to nothing, or to a folder', async () => {
    for (const path of [join(folder, 'nothing'), folder]) {
      await assert.rejects(findFfmpeg({ path }), { code: 'FFMPEG_NOT_FOUND', message: /is not an executable file/ });
    }
  });
});

suite('listings of ffmpeg', () => {
  test('encoders', () => {
    const table =
      ' V..... = Video\n ------\n V..... libx264              H.264\n A....D aac                  AAC\n VF...D ffv1                 FFV1\n';
    assert.deepEqual([...encodersIn(table)], ['libx264', 'aac', 'ffv1']);
  });

  test('formats, with and without the mark of devices', () => {
    const older =
      ' D. = Demuxing supported\n --\n DE nut             NUT\n D  lavfi           Libavfilter\n  E mp4             MP4\n';
    const newer =
      '  ..d = Is a device\n ---\n DE  nut            NUT\n D d lavfi          Libavfilter\n D   mov,mp4,m4a    QuickTime\n';
    assert.deepEqual([...formatsIn(older).demuxers], ['nut', 'lavfi']);
    assert.deepEqual([...formatsIn(older).muxers], ['nut', 'mp4']);
    assert.deepEqual([...formatsIn(newer).demuxers], ['nut', 'lavfi', 'mov', 'mp4', 'm4a']);
  });

  test('protocols', () => {
    const { inputProtocols, outputProtocols } = protocolsIn(
      'Supported file protocols:\nInput:\n  file\n  srt\nOutput:\n  file\n',
    );
    assert.deepEqual([...inputProtocols], ['file', 'srt']);
    assert.deepEqual([...outputProtocols], ['file']);
  });
});
