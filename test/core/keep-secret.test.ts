import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DaylitError } from '../../src/core/errors.js';
import { keepSecret, redact } from '../../src/core/redact.js';

// In a file of its own: what is secret stays so for the whole process.
suite('known secrets', () => {
  test('go out of every text, also as they are spelled in addresses, longest first', () => {
    keepSecret(['pass/word', 'pass/word/longer']);
    assert.equal(redact('at /pass/word/longer and /pass%2Fword?'), 'at /*** and /***?');
    assert.equal(new DaylitError('STREAM_NOT_FOUND', 'http://h/pass/word').detail, 'http://h/***');
  });

  test('one too short to tell apart takes nothing out', () => {
    keepSecret(['abc', '']);
    assert.equal(redact('abc and abcd'), 'abc and abcd');
  });
});
