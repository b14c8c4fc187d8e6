import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { partialNameOf, writerOf } from '../../src/sinks/partial-name.js';

const fileName = fc.string({ minLength: 1, maxLength: 250, unit: 'grapheme' }).filter((name) => !/[/\0]/.test(name));
const pid = fc.integer({ min: 1, max: 4_194_304 });
const nonce = fc.stringMatching(/^[0-9a-f]{8}$/);

suite('hidden names', () => {
  test('look like this', () => {
    assert.equal(partialNameOf('patrol.mp4', 4242, '1f00c2aa'), '.patrol.4242-1f00c2aa.partial.mp4');
  });

  test('tell the process that writes, whatever the output is called', () => {
    fc.assert(
      fc.property(fileName, pid, nonce, (name, process, digits) => {
        const hidden = partialNameOf(name, process, digits);
        assert.equal(writerOf(hidden, name), process);
        assert.equal(writerOf(hidden), process);
        assert.ok(hidden.startsWith('.'));
      }),
    );
  });

  test('are never longer than file systems take', () => {
    fc.assert(
      fc.property(fileName, pid, nonce, (name, process, digits) => {
        fc.pre(Buffer.byteLength(name) <= 255 && Buffer.byteLength(name.slice(name.lastIndexOf('.'))) <= 20);
        assert.ok(Buffer.byteLength(partialNameOf(name, process, digits)) <= 255);
      }),
    );
  });

  test('of one output are not taken for those of another', () => {
    const hidden = partialNameOf('patrol.mp4', 7, '00000000');
    for (const other of ['patrol.mkv', 'patro.mp4', 'patrol2.mp4', 'patrol']) {
      assert.equal(writerOf(hidden, other), undefined, other);
    }
  });

  test('are not seen in files of other making', () => {
    for (const name of [
      'patrol.mp4',
      '.patrol.mp4',
      '.patrol.7.partial.mp4',
      'patrol.7-00000000.partial.mp4',
      '.swp',
    ]) {
      assert.equal(writerOf(name), undefined, name);
    }
  });
});
