import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isKnownHost, isSameOrigin } from '../../src/server/guard.js';

suite('guard', () => {
  test('addresses, localhost and our own names are known', () => {
    for (const host of [
      '127.0.0.1:8080',
      'localhost',
      'localhost:1',
      '[::1]:8080',
      '192.168.1.20:8080',
      'Tower:80',
      'tower',
    ]) {
      assert.ok(isKnownHost(host, ['tower']), host);
    }
  });

  test('other names, and what is no host, are not', () => {
    const hosts = [
      'evil.example',
      'evil.example:8080',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '',
      '/',
      'a b',
    ];
    for (const host of [...hosts, 'me@evil.example', 'tower/path', 'evil.example#tower', undefined]) {
      assert.ok(!isKnownHost(host, ['tower']), host);
    }
  });

  test('our page and programs are of the same origin; other pages, other ports and sandboxes are not', () => {
    const host = '127.0.0.1:8080';
    assert.ok(isSameOrigin({ host }));
    assert.ok(isSameOrigin({ host, origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }));
    assert.ok(isSameOrigin({ host, 'sec-fetch-site': 'none' }));
    for (const origin of ['http://evil.example', 'http://127.0.0.1:8081', 'http://localhost:8080', 'null', '']) {
      assert.ok(!isSameOrigin({ host, origin }), origin);
    }
    assert.ok(!isSameOrigin({ host, 'sec-fetch-site': 'cross-site' }));
    assert.ok(!isSameOrigin({ host, 'sec-fetch-site': 'same-site' }));
  });
});
