import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DaylitError } from '../../src/core/errors.js';
import { objectAccess } from '../../src/fleet/object-access.js';

const KEY = { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'the-secret-of-a-worker' };

suite('how a machine gets at buckets', () => {
  test('is what the environment says; without a key it is not at all', () => {
    assert.equal(objectAccess({}), undefined);
    assert.deepEqual(objectAccess(KEY), {
      ...{ endpoint: 'https://s3.us-east-1.amazonaws.com', region: 'us-east-1' },
      ...{ accessKeyId: 'an-id', secretAccessKey: 'the-secret-of-a-worker' },
    });
    const more = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://store:9000', AWS_SESSION_TOKEN: 'a-token' };
    const access = objectAccess({ ...KEY, ...more });
    assert.equal(access?.endpoint, 'http://store:9000');
    assert.equal(access.region, 'eu-central-1');
    assert.equal(access.sessionToken, 'a-token');
  });

  test('half a key and an address that is none are refused, without what is secret', () => {
    const secret = { AWS_SECRET_ACCESS_KEY: 'another-secret' };
    assert.throws(() => objectAccess(secret), { code: 'OPTION_INVALID' });
    for (const endpoint of [
      'store:9000',
      'ftp://store',
      'https://user:pass@store',
      'https://store/path',
      'https://a b',
    ])
      assert.throws(() => objectAccess({ ...KEY, AWS_ENDPOINT_URL: endpoint }), { code: 'OPTION_INVALID' }, endpoint);
    assert.doesNotMatch(new DaylitError('INTERNAL', 'it was the-secret-of-a-worker').message, /the-secret/);
  });
});
