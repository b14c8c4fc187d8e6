import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { queueAddress } from '../../src/fleet/queue-address.js';

suite('addresses of the queue', () => {
  test('give host, port, database and credentials, which the label does not tell', () => {
    const { label, options } = queueAddress('redis://fleet:p%40ss@queue-host:6400/3');
    const { host, port, db, username, password, tls } = options;
    assert.deepEqual([host, port, db, username, password, tls], ['queue-host', 6400, 3, 'fleet', 'p@ss', undefined]);
    assert.doesNotMatch(label, /p%40ss|p@ss/);
  });

  test('have Redis’ own port where none is named, and TLS with rediss', () => {
    const { host, port, db, tls } = queueAddress('rediss://[::1]').options;
    assert.deepEqual([host, port, db, tls], ['::1', 6379, 0, {}]);
  });

  test('others are refused without telling their password', () => {
    for (const url of [
      'queue-host',
      'http://queue-host',
      'redis://',
      'redis://:secret@h/notanumber',
      'redis://h:99999',
    ]) {
      assert.throws(
        () => queueAddress(url),
        (error: Error & { code?: string }) => error.code === 'OPTION_INVALID' && !error.message.includes('secret'),
        url,
      );
    }
    assert.throws(() => queueAddress('rediss://h', '/no/such/ca.pem'), { code: 'OPTION_INVALID' });
  });
});
