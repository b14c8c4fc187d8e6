import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import sharp from 'sharp';
import { ERRORS, type ErrorCode } from '../../src/core/errors.js';
import { packageRoot } from '../../src/core/package-root.js';
import { daylit } from '../fakes/command-line.js';
import { ffmpegThatEncodes } from '../fakes/ffmpeg-wrapper.js';
import { madeByFfmpeg } from '../fakes/inspect-video.js';

const folder = mkdtempSync(join(tmpdir(), 'daylit-bad-'));
const wrongShapes = join(packageRoot(), 'test', 'fixtures', 'models', 'wrong-shapes');
const scene = 'synthetic:street?size=96x64&frames=3';

before(async () => {
  writeFileSync(join(folder, 'text.mp4'), 'this is a shopping list, not a film\n'.repeat(50));
  writeFileSync(
    join(folder, 'corrupt.jpg'),
    Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200, 7)]),
  );
  writeFileSync(join(folder, 'taken.mp4'), 'a file that was there before');
  mkdirSync(join(folder, 'empty'));
  const grey = { create: { width: 64, height: 48, channels: 3, background: '#808080' } } as const;
  await sharp(grey).png().toFile(join(folder, 'photo.png'));
  await sharp({ create: { ...grey.create, width: 30_000, height: 2 } })
    .png()
    .toFile(join(folder, 'wide.png'));
  mkdirSync(join(folder, 'a'));
  mkdirSync(join(folder, 'b'));
  for (const place of ['a', 'b']) cpSync(join(folder, 'photo.png'), join(folder, place, 'same.png'));
  const shipped = join(packageRoot(), 'models', 'live');
  const tampered = join(folder, 'tampered');
  cpSync(shipped, tampered, { recursive: true });
  const graph = readFileSync(join(tampered, 'frame.onnx'));
  graph[graph.length >> 1] = (graph[graph.length >> 1] ?? 0) ^ 1;
  writeFileSync(join(tampered, 'frame.onnx'), graph);
  ffmpegThatEncodes(folder, 'head -c 10000 | "$FFMPEG" "$@"; exit 1');
  await madeByFfmpeg('-f', 'lavfi', '-i', 'sine=d=1', join(folder, 'sound.mp4'));
  const whole = join(folder, 'whole.mp4');
  await madeByFfmpeg('-f', 'lavfi', '-i', 'testsrc2=s=96x64:d=4', '-vf', 'format=gray', '-pix_fmt', 'yuv420p', '-movflags', '+faststart', whole); // prettier-ignore
  const film = readFileSync(whole);
  writeFileSync(join(folder, 'cut-off.mp4'), film.subarray(0, film.length / 2));
  const newer = join(folder, 'newer');
  cpSync(shipped, newer, { recursive: true });
  writeFileSync(join(newer, 'model.json'), JSON.stringify({ format: 99 }));
});

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Command lines that must fail, and how. */
const CASES: readonly (readonly [string, readonly string[], ErrorCode])[] = [
  ['a missing file', ['missing.mp4', '-o', 'out.mp4'], 'INPUT_NOT_FOUND'],
  ['a glob without matches', ['nothing/*.png', '-o', 'out/'], 'INPUT_NOT_FOUND'],
  ['a text named .mp4', ['text.mp4', '-o', 'out.mp4'], 'INPUT_UNREADABLE'],
  ['an empty folder', ['empty', '-o', 'out/'], 'INPUT_EMPTY'],
  ['a 30,000-pixel picture', ['wide.png', '-o', 'out.png'], 'INPUT_TOO_LARGE'],
  ['a picture that is none', ['corrupt.jpg', '-o', 'out.png'], 'INPUT_DAMAGED'],
  ['a live address', ['rtsp://user:secret@localhost/1', '-o', 'out.mp4'], 'INPUT_UNSUPPORTED'],
  ['a corrupt reference', [scene, '-r', 'corrupt.jpg', '-o', 'out.mp4'], 'REFERENCE_UNREADABLE'],
  ['a missing reference', [scene, '-r', 'missing.jpg', '-o', 'out.mp4'], 'REFERENCE_UNREADABLE'],
  ['an output that exists', [scene, '-o', 'taken.mp4'], 'OUTPUT_EXISTS'],
  ['an output that is the input', ['photo.png', '-o', 'photo.png'], 'OUTPUT_CONFLICT'],
  ['two outputs of one name', [scene, '-o', 'out.mp4', '-o', './out.mp4'], 'OUTPUT_CONFLICT'],
  ['two inputs of one name', ['{a,b}/same.png', '-o', 'out/'], 'OUTPUT_CONFLICT'],
  ['an unknown container', [scene, '-o', 'out.xyz'], 'OUTPUT_UNSUPPORTED'],
  ['a folder below a file', [scene, '-o', 'text.mp4/out.mp4'], 'OUTPUT_UNWRITABLE'],
  ['no ffmpeg where it was said to be', [scene, '-o', 'out.mp4', '--ffmpeg', './missing'], 'FFMPEG_NOT_FOUND'],
  ['an ffmpeg that dies half-way', [scene, '-o', 'out.mp4', '--ffmpeg', './wrapped-ffmpeg'], 'FFMPEG_FAILED'],
  ['a film that breaks off', ['cut-off.mp4', '-o', 'out.mp4'], 'INPUT_DAMAGED'],
  ['a film of sound alone', ['sound.mp4', '-o', 'out.mp4'], 'INPUT_EMPTY'],
  ['a model of other shapes', [scene, '-o', 'out.mp4', '--model', wrongShapes], 'MODEL_INVALID'],
  ['no such model', [scene, '-o', 'out.mp4', '--model', 'missing'], 'MODEL_NOT_FOUND'],
  ['a tampered model', [scene, '-o', 'out.mp4', '--model', 'tampered'], 'MODEL_TAMPERED'],
  ['a model of another format', [scene, '-o', 'out.mp4', '--model', 'newer'], 'MODEL_INVALID'],
  ['a device that is not there', [scene, '-o', 'out.mp4', '--device', 'coreml'], 'PROVIDER_UNAVAILABLE'],
  ['an unknown option', [scene, '-o', 'out.mp4', '--colour'], 'OPTION_UNKNOWN'],
  ['an option out of range', [scene, '-o', 'out.mp4', '--smoothing', '3'], 'OPTION_INVALID'],
  ['an option that is no number', [scene, '-o', 'out.mp4', '--smoothing', 'much'], 'OPTION_INVALID'],
  ['an option of no known kind', [scene, '-o', 'out.mp4', '--agc', 'magic'], 'OPTION_INVALID'],
  ['a scene that does not exist', ['synthetic:moon', '-o', 'out.mp4'], 'OPTION_INVALID'],
  ['no output', [scene], 'OPTION_INVALID'],
];

suite('bad input', { concurrency: 2 }, () => {
  for (const [name, args, code] of CASES) {
    test(`${name}: ${code}`, async () => {
      const before = readdirSync(folder, { recursive: true }).sort();
      const { status, stderr, stdout } = await daylit(['colorize', ...args], { cwd: folder });
      assert.equal(status, ERRORS[code].exitStatus, stderr);
      const errors = stderr.split('\n').filter((line) => line.startsWith('error '));
      assert.equal(errors.length, 1, stderr);
      assert.match(errors[0] ?? '', new RegExp(`^error ${code}: `));
      assert.match(stderr, /^hint: .*[^ ]$/m);
      assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+/m, 'a stack trace');
      assert.doesNotMatch(stderr, /secret/);
      assert.equal(stdout.length, 0);
      assert.deepEqual(made(before), []);
    });
  }

  test('what was there before is untouched', () => {
    assert.equal(readFileSync(join(folder, 'taken.mp4'), 'utf8'), 'a file that was there before');
  });
});

/** What has come into being under a name that the user gave. Caches do not count. */
function made(before: readonly (string | Buffer)[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !before.includes(path))
    .filter((path) => /(^|\/)out/.test(path));
}
