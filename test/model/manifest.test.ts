import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import fc from 'fast-check';
import { DaylitError } from '../../src/core/errors.js';
import { parseManifest } from '../../src/model/manifest.js';
import { tinyManifestText } from '../fakes/models.js';

let text = '';
/** The tiny model's manifest with one thing changed. */
function changed(change: (manifest: Record<string, Record<string, Record<string, unknown>>>) => void): string {
  const manifest = JSON.parse(text) as Record<string, Record<string, Record<string, unknown>>>;
  change(manifest);
  return JSON.stringify(manifest);
}

const invalid = (detail: RegExp) => (thrown: unknown) =>
  thrown instanceof DaylitError && thrown.code === 'MODEL_INVALID' && detail.test(thrown.detail);

suite('manifest', () => {
  before(async () => {
    text = await tinyManifestText();
  });

  test('reads what a model says of itself', () => {
    const manifest = parseManifest(text);
    assert.equal(manifest.name, 'tiny');
    assert.deepEqual(manifest.tokens, ['keys', 'values', 'colours', 'stats']);
    assert.deepEqual(manifest.graphs.frame.inputs['past_maps']?.shape, ['B', 6, 'H/4', 'W/4']);
  });

  test('refuses another format with a hint that tells which side is old', () => {
    for (const [format, hint] of [
      [2, /Update daylit/],
      [0, /Export/],
      ['1', /Export/],
    ] as const) {
      assert.throws(
        () => parseManifest(changed((manifest) => Object.assign(manifest, { format }))),
        (thrown) => invalid(/format/)(thrown) && hint.test((thrown as DaylitError).hint),
      );
    }
  });

  test('names what is wrong', () => {
    const cases: [RegExp, Parameters<typeof changed>[0]][] = [
      [/version/, (m) => Object.assign(m, { version: 'one' })],
      [/graphs\.frame\.inputs must be/, (m) => Object.assign(m, { tokens: ['keys', 'values', 'colours'] })],
      [/frame\.outputs/, (m) => delete m['graphs']?.['frame']?.['outputs']],
      [/must list/, (m) => delete m['files']?.['frame.onnx']],
      [/frameMultiple/, (m) => Object.assign(m, { frameMultiple: 2 })],
      [/selfTest\.size/, (m) => Object.assign(m['selfTest']?.['size'] ?? {}, { width: 60 })],
      [/means/, (m) => Object.assign(m['selfTest'] ?? {}, { columns: 1 })],
      [
        /state input/,
        (m) =>
          Object.assign(m, {
            state: [
              { input: 'past_maps', output: 'low', zero: 0 },
              { input: 'past_low', output: 'maps', zero: 0 },
            ],
          }),
      ],
    ];
    for (const [detail, change] of cases) assert.throws(() => parseManifest(changed(change)), invalid(detail));
  });

  test('names no file outside its folder', () => {
    for (const name of ['../frame.onnx', '/etc/passwd', 'a/b', '..', '.hidden', 'a\\b', '', 'C:x']) {
      assert.throws(
        () => parseManifest(changed((m) => Object.assign(m['graphs']?.['frame'] ?? {}, { file: name }))),
        invalid(/graphs\.frame\.file/),
      );
      assert.throws(
        () => parseManifest(changed((m) => Object.assign(m['files'] ?? {}, { [name]: m['files']?.['frame.onnx'] }))),
        invalid(/files/),
      );
    }
  });

  test('any text gives a manifest or MODEL_INVALID, nothing else', () => {
    const parse = (candidate: string): void => {
      try {
        parseManifest(candidate);
      } catch (thrown) {
        assert.ok(thrown instanceof DaylitError && thrown.code === 'MODEL_INVALID', String(thrown));
      }
    };
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), parse));
    const paths = pathsOf(JSON.parse(text));
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const manifest: unknown = JSON.parse(text);
        setAt(manifest, path, value);
        parse(JSON.stringify(manifest));
      }),
      { numRuns: 500 },
    );
  });
});

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function setAt(target: unknown, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  const holder = target as Record<string, unknown>;
  if (rest.length === 0) holder[key] = value;
  else setAt(holder[key], rest, value);
}
