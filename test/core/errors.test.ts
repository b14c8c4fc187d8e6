import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { DaylitError, ERRORS, type ErrorCode } from '../../src/core/errors.js';
import { packageRoot } from '../../src/core/package-root.js';

const codes = Object.keys(ERRORS) as ErrorCode[];

suite('errors', () => {
  test('docs/errors.md explains exactly the codes of the table, with their exit status', () => {
    const page = readFileSync(join(packageRoot(), 'docs', 'errors.md'), 'utf8');
    const documented = [...page.matchAll(/^## ([A-Z_]+) · exit (\d+)$/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    assert.deepEqual(
      documented,
      codes.map((code) => [code, ERRORS[code].exitStatus]),
    );
  });

  test('each has a message without a full stop, a hint with one, and a status that says failure', () => {
    for (const code of codes) {
      const { message, hint, exitStatus } = ERRORS[code];
      assert.match(message, /[^.]$/, code);
      assert.match(hint, /\.$/, code);
      // A reader that has had enough is the one normal end among them.
      assert.ok(code === 'OUTPUT_CLOSED' ? exitStatus === 0 : exitStatus > 0 && exitStatus < 256, code);
    }
  });

  test('an error carries its row of the table, and no credentials', () => {
    const error = new DaylitError('INPUT_NOT_FOUND', 'rtsp://admin:hunter2@cam/1?token=abc');
    assert.equal(error.message, 'Input not found: rtsp://***@cam/1?token=***');
    assert.equal(error.exitStatus, 3);
    assert.equal(error.retryable, false);
    assert.equal(error.hint, ERRORS.INPUT_NOT_FOUND.hint);
  });

  test('anything thrown becomes a DaylitError, once', () => {
    const error = DaylitError.from(new TypeError('odd'));
    assert.equal(error.code, 'INTERNAL');
    assert.equal(DaylitError.from(error), error);
    assert.equal(DaylitError.from('text').message, 'Something went wrong inside daylit: text');
  });
});
