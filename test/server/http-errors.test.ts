import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DaylitError } from '../../src/core/errors.js';
import { errorAnswer } from '../../src/server/http-errors.js';

suite('http errors', () => {
  test('codes decide the status; what is none of ours becomes INTERNAL without a trace of its stack', () => {
    assert.equal(errorAnswer(new DaylitError('NOT_SERVED', 'x')).status, 404);
    assert.equal(errorAnswer(new DaylitError('WORKER_DIED', 'x')).status, 500);
    const { status, body } = errorAnswer(new TypeError('cannot read it'));
    assert.deepEqual([status, body.error.code], [500, 'INTERNAL']);
    assert.doesNotMatch(JSON.stringify(body), /http-errors|at /);
  });

  test("a request that the framework refuses keeps its status; a server's own failure does not pass for one", () => {
    const refusal = Object.assign(new Error('Body is too large'), { statusCode: 413 });
    const { status, body } = errorAnswer(refusal);
    assert.deepEqual([status, body.error.code], [413, 'REQUEST_INVALID']);
    assert.equal(errorAnswer(Object.assign(new Error('x'), { statusCode: 503 })).body.error.code, 'INTERNAL');
  });

  test('credentials never get out', () => {
    const { body } = errorAnswer(new DaylitError('NOT_SERVED', 'rtsp://me:secret@camera/x'));
    assert.doesNotMatch(JSON.stringify(body), /secret/);
  });
});
