import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { authorizationOf, challengeIn, credentialsIn } from '../../src/ffmpeg/rtsp-credentials.js';

suite('RTSP credentials', () => {
  test('user and password in addresses', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['rtsp://admin:p%40ss%3Aw0rd@cam/1', 'admin', 'p@ss:w0rd'],
      ['RTSPS://a:b:c@d@cam:554', 'a', 'b:c@d'],
      ['rtsp://admin@cam/1', 'admin', ''],
      ['rtsp://100%:5%@cam/1', '100%', '5%'],
    ];
    for (const [address, user, password] of cases) assert.deepEqual(credentialsIn(address), { user, password });
    for (const address of ['rtsp://cam/a@b', 'rtsp://cam', 'cam']) assert.equal(credentialsIn(address), undefined);
  });

  test('digest, by the examples of RFC 7616 §3.9.1', () => {
    const about =
      'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
    const md5 = `Digest ${about}, algorithm=MD5`;
    const sha = `Digest ${about}, algorithm=SHA-256`;
    const who = { user: 'Mufasa', password: 'Circle of Life' };
    const what = {
      method: 'GET',
      uri: '/dir/index.html',
      count: 1,
      ownNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    };
    const answers = [
      [[md5], '8ca523f5e9506fed4657c9700eebdbec'],
      [[sha], '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
      [['Basic realm="x"', md5, sha], '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
    ] as const;
    for (const [headers, response] of answers) {
      const challenge = challengeIn(headers);
      assert.ok(challenge !== undefined);
      const answer = authorizationOf(challenge, who, what);
      assert.ok(answer.includes(`response="${response}"`), answer);
      assert.ok(answer.includes('nc=00000001') && answer.includes('qop=auth,') && answer.includes('opaque="FQhe'));
    }
  });

  test('digest of old servers, and basic', () => {
    // RFC 2069's example as corrected by its errata.
    const challenge = challengeIn(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"']);
    assert.ok(challenge !== undefined);
    const answer = authorizationOf(
      challenge,
      { user: 'Mufasa', password: 'CircleOfLife' },
      { method: 'GET', uri: '/dir/index.html', count: 1 },
    );
    assert.ok(answer.includes('response="1949323746fe6a43ef61f9606e7febea"'), answer);
    assert.doesNotMatch(answer, /qop|cnonce|algorithm/);
    const basic = challengeIn(['Basic realm="a"']);
    assert.ok(basic !== undefined);
    const about = { method: 'OPTIONS', uri: '*', count: 1 };
    assert.equal(authorizationOf(basic, { user: 'a', password: 'b:c' }, about), 'Basic YTpiOmM=');
  });

  test('what cannot be answered is not', () => {
    for (const header of [
      '',
      'Bearer x',
      'Negotiate',
      'Digest realm="a", nonce="b", algorithm=MD5-sess',
      'Digest realm="a", nonce="b", qop="auth-int"',
    ])
      assert.equal(challengeIn([header]), undefined, header);
  });

  test('fuzz: whatever a server demands, the answer is one line that no field breaks out of', () => {
    const field = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(field, field, field, field, (realm, nonce, user, password) => {
        const challenge = challengeIn([`Digest realm="${realm}", nonce="${nonce}"`]);
        if (challenge === undefined) return;
        const answer = authorizationOf(challenge, { user, password }, { method: 'PLAY', uri: 'rtsp://a/b', count: 3 });
        assert.doesNotMatch(answer, /[\r\n]/);
        const unquoted = answer.replace(/"(?:[^"\\]|\\.)*"/gs, '""');
        assert.equal(unquoted, 'Digest username="", realm="", nonce="", uri="", response=""');
      }),
    );
  });
});
