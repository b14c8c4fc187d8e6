import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { assertGone, isRunning, startParent } from '../fakes/ffmpeg-processes.js';
import { ffmpegContract } from '../fakes/ffmpeg-contract.js';

const DEBIAN = '/usr/bin/ffmpeg';

function debian(): Promise<FfmpegBinary> {
  assert.ok(existsSync(DEBIAN), `${DEBIAN} is missing: apt-get install ffmpeg`);
  return findFfmpeg({ path: DEBIAN });
}

/** `DAYLIT_FFMPEG_NEW`, else the one inside PyPI's imageio-ffmpeg. */
async function newest(): Promise<FfmpegBinary> {
  const named = process.env['DAYLIT_FFMPEG_NEW'];
  if (named !== undefined && named !== '') return findFfmpeg({ path: named });
  const question = 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())';
  const answer = await promisify(execFile)('python3', ['-c', question]).catch(() => undefined);
  assert.ok(
    answer !== undefined,
    'no ffmpeg of today: python3 -m pip install imageio-ffmpeg, or set DAYLIT_FFMPEG_NEW to an ffmpeg 9',
  );
  return findFfmpeg({ path: answer.stdout.trim() });
}

const BUILDS = [
  ['the bundled build of 2018', () => findFfmpeg({ env: {} })],
  ['Debian', debian],
  ['newest', newest],
] as const;

for (const [name, find] of BUILDS) {
  if (find === debian || find === newest) ffmpegContract(name, find);

  suite(`no orphan of ffmpeg, ${name}`, () => {
    let folder = '';
    let binary: FfmpegBinary;
    before(async () => {
      binary = await find();
      folder = await mkdtemp(join(tmpdir(), 'daylit-'));
    });
    after(() => rm(folder, { recursive: true }));

    const killed = async (args: readonly string[], underWay: Promise<unknown> = Promise.resolve()): Promise<void> => {
      const { parent, childId } = await startParent(binary.path, '-nostdin', '-y', ...args);
      try {
        await underWay;
        assert.ok(isRunning(childId));
      } finally {
        parent.kill('SIGKILL');
      }
      await assertGone(childId, 2000);
    };

    test('writing a file', async () => {
      const path = join(folder, 'endless.mp4');
      const begun = async (): Promise<void> => {
        while (!existsSync(path)) await setTimeout(20);
      };
      await killed(['-re', '-f', 'lavfi', '-i', 'testsrc2=s=64x48', '-c:v', 'libx264', path], begun());
    });

    test('waiting for an input that never comes', async () => {
      const stalled = join(folder, 'stalled');
      execFileSync('mkfifo', [stalled]);
      await killed(['-f', 'mpegts', '-i', stalled, '-f', 'nut', 'pipe:1']);
    });

    test('waiting for a camera that accepts and then says nothing', async () => {
      const camera = createServer().listen(0, '127.0.0.1');
      await once(camera, 'listening');
      const accepted = once(camera, 'connection');
      const { port } = camera.address() as AddressInfo;
      await killed(['-f', 'mpegts', '-i', `tcp://127.0.0.1:${port}`, '-f', 'nut', 'pipe:1'], accepted);
      camera.close();
    });
  });
}
