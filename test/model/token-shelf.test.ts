import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseManifest } from '../../src/model/manifest.js';
import { TokenShelf } from '../../src/model/token-shelf.js';
import type { KeyedTokens, Tokens } from '../../src/model/tokens.js';
import { tinyManifestText } from '../fakes/models.js';

const manifest = parseManifest(await tinyManifestText());

/** A photo's tokens, all of one value. */
const photo = (key: string, value = 0): KeyedTokens => ({
  key,
  tokens: Object.fromEntries(
    manifest.tokens.map((name) => {
      const shape = (manifest.graphs.frame.inputs[name]?.shape ?? []).map((size) =>
        typeof size === 'number' ? size : 1,
      );
      return [name, { data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape }];
    }),
  ),
});
const bytesOf = (tokens: Tokens): number => Object.values(tokens).reduce((sum, { data }) => sum + data.byteLength, 0);
const none = photo('none').tokens;
const one = bytesOf(photo('a').tokens);

suite('token shelf', () => {
  test('the same photos are held once, whoever asks', () => {
    const shelf = new TokenShelf(manifest, none);
    const both = shelf.set([photo('a', 1), photo('b', 2)]);
    assert.equal(shelf.set([photo('a', 1), photo('b', 2)]), both);
    assert.equal(bytesOf(both), 2 * one);
    assert.notEqual(shelf.set([photo('a', 1)]), both);
    assert.equal(shelf.bytes, 3 * one);
    assert.equal(shelf.set([]), none);
  });

  test('those not asked for the longest go first', () => {
    const shelf = new TokenShelf(manifest, none, 2 * one);
    const [a, b] = [shelf.set([photo('a')]), shelf.set([photo('b')])];
    assert.equal(shelf.set([photo('a')]), a);
    shelf.set([photo('c')]);
    assert.equal(shelf.set([photo('a')]), a);
    assert.notEqual(shelf.set([photo('b')]), b);
  });

  test('never holds more than it may, but for one set that is larger by itself', () => {
    const sets = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 5 }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(sets, (asked) => {
        const shelf = new TokenShelf(manifest, none, 3 * one);
        for (const keys of asked) {
          const tokens = shelf.set(keys.map((key) => photo(key)));
          assert.equal(bytesOf(tokens), keys.length * one);
          assert.ok(shelf.bytes <= Math.max(3, keys.length) * one);
        }
      }),
    );
  });
});
