import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { redact } from '../../src/core/redact.js';

suite('redact', () => {
  test('credentials go, everything else stays', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['rtsp://user:pa:ss@cam:554/1', 'rtsp://***@cam:554/1'],
      ['ffmpeg -i rtsp://u:p@a/b -f nut http://x:y@z', 'ffmpeg -i rtsp://***@a/b -f nut http://***@z'],
      ['srt://h:1?mode=caller&passphrase=secret&latency=2', 'srt://h:1?mode=caller&passphrase=***&latency=2'],
      ['https://h/a?X-Amz-Signature=abc&part=1', 'https://h/a?X-Amz-Signature=***&part=1'],
      ['/photos/me@home.jpg', '/photos/me@home.jpg'],
      ['nothing to hide', 'nothing to hide'],
    ];
    for (const [text, expected] of cases) assert.equal(redact(text), expected);
  });

  test('no password survives, whatever it is made of', () => {
    const secret = fc
      .stringMatching(/^[A-Za-z0-9!$%^&*()_+:@.-]{6,20}$/)
      .filter((text) => !'rtsp://***@camera.example/live'.includes(text));
    fc.assert(
      fc.property(secret, (password) => {
        assert.ok(
          !redact(`cannot open rtsp://user:${encodeURIComponent(password)}@camera.example/live`).includes(
            encodeURIComponent(password),
          ),
        );
        assert.ok(!redact(`cannot open rtsp://user:${password}@camera.example/live`).includes(password));
      }),
    );
  });

  test('redacting twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(redact(redact(text)), redact(text));
      }),
    );
  });
});
