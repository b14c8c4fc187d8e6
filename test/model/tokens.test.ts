import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import fc from 'fast-check';
import { parseManifest, type Manifest } from '../../src/model/manifest.js';
import { packTokens, unpackTokens } from '../../src/model/token-file.js';
import { joinTokens, type Tokens } from '../../src/model/tokens.js';
import { tinyManifestText } from '../fakes/models.js';

let manifest: Manifest;

/** Tokens of `count` cells whose every number is `value`. */
function tokensOf(value: number, count = 4): Tokens {
  const tensor = (shape: number[]): Tokens[string] => ({
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(value),
    shape,
  });
  const cells = [1, count, 3];
  return { keys: tensor(cells), values: tensor(cells), colours: tensor(cells), stats: tensor([1, 1, 24]) };
}

suite('tokens', () => {
  before(async () => {
    manifest = parseManifest(await tinyManifestText());
  });

  test('references are joined along tokens and references, in the order given', () => {
    const joined = joinTokens(manifest, [tokensOf(3), tokensOf(1, 2), tokensOf(2)]);
    assert.deepEqual(joined['keys']?.shape, [1, 10, 3]);
    assert.deepEqual(joined['stats']?.shape, [1, 3, 24]);
    assert.deepEqual(
      [...joined['keys'].data],
      [...Array<number>(12).fill(3), ...Array<number>(6).fill(1), ...Array<number>(12).fill(2)],
    );
    assert.deepEqual(
      [0, 24, 48].map((at) => joined['stats']?.data[at]),
      [3, 1, 2],
    );
  });

  test('a file of tokens gives the same tokens back', () => {
    const tokens = { ...tokensOf(0.1), stats: tokensOf(-1e-30)['stats'] ?? assert.fail() };
    assert.deepEqual(unpackTokens(packTokens(tokens), manifest), tokens);
  });

  test('a damaged file, or one of another model, gives nothing', () => {
    const file = packTokens(tokensOf(0.5));
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(file);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        assert.equal(unpackTokens(damaged, manifest), undefined);
      }),
    );
    fc.assert(
      fc.property(fc.nat(file.length - 1), (length) => {
        assert.equal(unpackTokens(file.subarray(0, length), manifest), undefined);
      }),
    );
    const { keys, values, colours } = tokensOf(1);
    assert.ok(keys && values && colours);
    assert.equal(unpackTokens(packTokens({ keys, values, colours }), manifest), undefined);
    assert.equal(
      unpackTokens(packTokens({ ...tokensOf(1), keys: { ...keys, shape: [1, 3, 4] } }), manifest),
      undefined,
    );
  });
});
