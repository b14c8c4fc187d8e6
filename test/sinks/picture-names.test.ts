import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { isPattern, numberedPath, numberIn, pictureFormatOf, pictureNameFor } from '../../src/sinks/picture-names.js';

const part = fc.string({ maxLength: 12 }).filter((text) => !/[%/\\\0]/.test(text));
const pattern = fc
  .tuple(part, fc.constantFrom('%d', '%01d', '%03d', '%05d', '%09d'), part, fc.constantFrom('.png', '.jpg', '.TIF'))
  .map((parts) => `out/${parts.join('')}`);

suite('picture names', () => {
  test('a pattern and its number make one name, and the name gives the number back', () => {
    fc.assert(
      fc.property(pattern, fc.nat(), (template, number) => {
        assert.ok(isPattern(template));
        assert.equal(numberIn(template, basename(numberedPath(template, number))), number);
      }),
    );
  });

  test('two numbers never make one name', () => {
    fc.assert(
      fc.property(pattern, fc.nat(), fc.nat(), (template, a, b) => {
        assert.equal(numberedPath(template, a) === numberedPath(template, b), a === b);
      }),
    );
  });

  test('a name that the pattern does not make has no number', () => {
    for (const name of ['1.png', '0001.png', 'a00001.png', '00001.jpg', '00001.png.png', '.png', '-0001.png']) {
      assert.equal(numberIn('out/%05d.png', name), undefined, name);
    }
    assert.equal(numberIn('out/%05d.png', '123456.png'), 123456);
  });

  test('patterns are told from names that only hold a percent sign', () => {
    for (const name of ['out/100%.png', 'out/%s.png', 'out/%5d.png', 'out/%d-%d.png', 'out/%d.mp4', 'a%d/b.png']) {
      assert.equal(isPattern(name), false, name);
    }
  });

  test('stills keep their names, and their formats where those can be written', () => {
    const cases = {
      'DJI_0001.jpg': 'DJI_0001.jpg',
      'y16.tiff': 'y16.tiff',
      'A.PNG': 'A.PNG',
      'a.webp': 'a.webp',
      'a.b.jp2': 'a.b.png',
      'sub/dir/../a.png': 'a.png',
      '../../etc/a.png': 'a.png',
      noise: 'noise.png',
    };
    for (const [name, expected] of Object.entries(cases)) assert.equal(pictureNameFor({ name, sequence: 3 }), expected);
    assert.equal(pictureNameFor({ sequence: 0 }), '000001.png');
    assert.equal(pictureFormatOf('a.JPEG'), 'jpeg');
    assert.equal(pictureFormatOf('a.mp4'), undefined);
  });
});
