import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileInput, pictureFilters, rawPictures } from '../../src/sources/input-arguments.js';

const EXPANDED = "lut=c0='clip((val-16*(maxval+1)/256)*maxval/(219*(maxval+1)/256),0,maxval)'";

suite('input arguments', () => {
  test('a file keeps its times and may open nothing but files', () => {
    assert.deepEqual(fileInput('a:b.mp4'), {
      address: 'file:a:b.mp4',
      options: ['-copyts', '-protocol_whitelist', 'file,pipe'],
    });
  });

  const FILTERS = [
    ['gray8', 'auto', 'format=gray'],
    ['gray16le', 'auto', 'format=gray16le'],
    ['rgb24', 'auto', 'format=rgb24'],
    ['gray8', 'full', 'scale=in_range=pc:out_range=pc,format=gray'],
    ['gray8', 'limited', `scale=in_range=pc:out_range=pc,format=gray,${EXPANDED}`],
    ['gray16le', 'limited', `scale=in_range=pc:out_range=pc,format=gray16le,${EXPANDED}`],
    ['rgb24', 'full', 'scale=in_range=pc,format=rgb24'],
    ['rgb24', 'limited', 'scale=in_range=tv,format=rgb24'],
  ] as const;
  for (const [format, range, filters] of FILTERS) {
    test(`${format}, ${range}`, () => {
      assert.equal(pictureFilters(format, range), filters);
    });
  }

  test('raw pictures, all or each eighth', () => {
    const tail = ['-c:v', 'rawvideo', '-f', 'nut'];
    assert.deepEqual(rawPictures('gray8', 'auto'), ['-map', '0:V:0', '-vf', 'format=gray', ...tail]);
    const eighth = 'select=not(mod(n\\,8)),format=rgb24';
    assert.deepEqual(rawPictures('rgb24', 'auto', 8), ['-map', '0:V:0', '-vf', eighth, ...tail]);
  });
});
