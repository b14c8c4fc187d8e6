import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Pair } from '../../src/evaluation/pairs-folder.js';
import { chooseReferences, thinned } from '../../src/evaluation/protocols.js';

const pair = (name: string, block: string): Pair => ({
  name,
  site: name.split('-')[0] ?? '',
  block,
  thermal: `thermal/${name}.jpg`,
  visible: `visible/${name}.jpg`,
});

const chosen = (pairs: readonly Pair[]): Record<string, (string | undefined)[]> =>
  Object.fromEntries(
    chooseReferences(pairs).map(({ pair: { name }, lenders }) => [
      name,
      [lenders.self?.name, lenders.scene?.name, lenders.cross?.name],
    ]),
  );

suite('references', () => {
  test('come from the next of the block and the same place in the next site, in a circle', () => {
    const pairs = [pair('a-1', 'x'), pair('a-2', 'x'), pair('a-3', 'y'), pair('b-1', 'z'), pair('b-2', 'z')];
    assert.deepEqual(chosen(pairs), {
      'a-1': ['a-1', 'a-2', 'b-1'],
      'a-2': ['a-2', 'a-1', 'b-2'],
      'a-3': ['a-3', undefined, 'b-1'],
      'b-1': ['b-1', 'b-2', 'a-1'],
      'b-2': ['b-2', 'b-1', 'a-2'],
    });
  });

  test('of a single site cross over to the next block', () => {
    const pairs = [pair('a-1', 'x'), pair('a-2', 'x'), pair('a-3', 'y')];
    assert.deepEqual(chosen(pairs), {
      'a-1': ['a-1', 'a-2', 'a-3'],
      'a-2': ['a-2', 'a-1', 'a-3'],
      'a-3': ['a-3', undefined, 'a-1'],
    });
  });

  test('of a single block have nowhere to cross to', () => {
    assert.deepEqual(chosen([pair('a-1', 'x'), pair('a-2', 'x')]), {
      'a-1': ['a-1', 'a-2', undefined],
      'a-2': ['a-2', 'a-1', undefined],
    });
  });

  test('are never the picture itself but in self, and keep to block and site', () => {
    const names = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(40), fc.nat(3)), {
      selector: ([site, number]) => `${site}-${number}`,
    });
    fc.assert(
      fc.property(names, (list) => {
        const pairs = list.map(([site, number, block]) => pair(`${site}-${number}`, `${site}${block}`));
        for (const { pair: own, lenders } of chooseReferences(pairs)) {
          assert.equal(lenders.self, own);
          if (lenders.scene !== undefined) assert.equal(lenders.scene.block, own.block);
          assert.notEqual(lenders.scene, own);
          if (lenders.cross !== undefined) assert.notEqual(lenders.cross.block, own.block);
          if (new Set(pairs.map(({ site }) => site)).size > 1)
            assert.notEqual(lenders.cross?.site ?? own.site, own.site);
        }
      }),
    );
  });
});

suite('limit', () => {
  test('spreads what is kept evenly, ends included', () => {
    const list = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    assert.deepEqual(thinned(list, 3), [0, 4, 9]);
    assert.deepEqual(thinned(list, 1), [0]);
    assert.deepEqual(thinned(list, 10), list);
    assert.deepEqual(thinned(list, Infinity), list);
  });
});
