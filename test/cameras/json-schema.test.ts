import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { camerasJsonSchema } from '../../src/cameras/json-schema.js';
import { parseCamerasFile } from '../../src/cameras/parse.js';
import { packageRoot } from '../../src/core/package-root.js';

const read = (...path: string[]): string => readFileSync(join(packageRoot(), ...path), 'utf8');

/** Every `yaml` block of a page. */
const blocksOf = (page: string): string[] => [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => block);

suite('JSON Schema of the cameras file', () => {
  const allows = new Ajv({ strict: false }).compile(camerasJsonSchema());

  test('the committed one is that of this version: daylit config schema > docs/cameras.schema.json', () => {
    assert.deepEqual(JSON.parse(read('docs', 'cameras.schema.json')), camerasJsonSchema());
  });

  test('every key tells editors what it is for', () => {
    const without: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      const { properties = {}, additionalProperties } = schema as {
        properties?: Readonly<Record<string, { description?: string }>>;
        additionalProperties?: unknown;
      };
      for (const [key, inner] of Object.entries(properties)) {
        if (inner.description === undefined && !path.endsWith('.tls')) without.push(`${path}.${key}`);
        walk(inner, `${path}.${key}`);
      }
      if (typeof additionalProperties === 'object') walk(additionalProperties, `${path}.*`);
    };
    walk(camerasJsonSchema(), '');
    assert.deepEqual(without, []);
  });

  test('the sample and every block of docs/cameras.md are right by schema and by parser', () => {
    const texts = [read('examples', 'cameras.yml'), ...blocksOf(read('docs', 'cameras.md'))];
    assert.ok(texts.length >= 2);
    for (const text of texts) {
      assert.ok(allows(parse(text)), JSON.stringify(allows.errors));
      const parsed = parseCamerasFile(text, '/etc/daylit', { GATE_PASSWORD: 'x', PORT: '1' });
      assert.ok('file' in parsed, JSON.stringify(parsed));
    }
  });

  test('what the parser refuses, it refuses too; a variable may stand for a number', () => {
    for (const wrong of [
      {},
      { cameras: {}, more: 1 },
      { cameras: { a: {} } },
      { cameras: { a: { input: 'x', crf: 'y' } } },
    ]) {
      assert.equal(allows(wrong), false, JSON.stringify(wrong));
    }
    assert.ok(allows({ cameras: { a: { input: 'x', crf: '${CRF}', agc: '${AGC:-auto}' } } }));
  });
});
