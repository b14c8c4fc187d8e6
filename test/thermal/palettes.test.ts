import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { applyPalette, PALETTE_NAMES, paletteTable } from '../../src/thermal/palettes.js';

suite('palettes', () => {
  test('each has 256 colours, all different from their neighbours and from far ones', () => {
    for (const name of PALETTE_NAMES) {
      const table = paletteTable(name);
      assert.equal(table.length, 768);
      const away = (a: number, b: number): number =>
        Math.hypot(...[0, 1, 2].map((channel) => (table[a * 3 + channel] ?? 0) - (table[b * 3 + channel] ?? 0)));
      for (let level = 0; level < 256; level += 1) {
        for (let other = level + 24; other < 256; other += 1)
          assert.ok(away(level, other) > 16, `${name} ${level} ${other}`);
      }
    }
  });

  test('white-hot is grey itself and black-hot its inverse', () => {
    const gray = Uint8Array.of(0, 100, 255);
    const out = new Uint8Array(9);
    applyPalette('white-hot', gray, out);
    assert.deepEqual([...out], [0, 0, 0, 100, 100, 100, 255, 255, 255]);
    applyPalette('black-hot', gray, out);
    assert.deepEqual([...out], [255, 255, 255, 155, 155, 155, 0, 0, 0]);
  });

  test('a picture takes its colours from the table', () => {
    const gray = Uint8Array.from({ length: 256 }, (_, i) => i);
    const out = new Uint8Array(768);
    applyPalette('ironbow', gray, out);
    assert.deepEqual(out, paletteTable('ironbow'));
  });
});
