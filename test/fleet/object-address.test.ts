import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { AllowedRoots } from '../../src/fleet/allowed-roots.js';
import { bucketRoot, isBelow, objectAddress } from '../../src/fleet/object-address.js';

suite('addresses of objects', () => {
  test('say bucket and key; what could lead elsewhere is none', () => {
    assert.deepEqual(objectAddress('s3://colour/a/b c.mp4'), { bucket: 'colour', key: 'a/b c.mp4' });
    const wrong = ['s3://colour', 's3://colour/', 's3://c/a', 's3://COLOUR/a', 's3://user@colour/a', 's3:/colour/a'];
    const keys = ['../a', 'a/../b', './a', 'a//b', 'a/', 'a\\b', 'a\nb', 'a\0', 'x'.repeat(1025)];
    for (const text of [...wrong, ...keys.map((key) => `s3://colour/${key}`), 'https://colour/a'])
      assert.equal(objectAddress(text), undefined, JSON.stringify(text));
  });

  test('lie below a bucket, or a prefix as a whole word', () => {
    const isIn = (address: string, root: string): boolean => {
      const [object, place] = [objectAddress(address), bucketRoot(root)];
      assert.ok(object !== undefined && place !== undefined);
      return isBelow(object, place);
    };
    for (const root of ['s3://colour', 's3://colour/', 's3://colour/of', 's3://colour/of/'])
      assert.ok(isIn('s3://colour/of/a.mp4', root), root);
    for (const root of ['s3://colour/o', 's3://colour/of/a.mp4', 's3://colours', 's3://colour/of/b'])
      assert.ok(!isIn('s3://colour/of/a.mp4', root), root);
    assert.equal(bucketRoot('s3://colour/../other'), undefined);
  });

  test('whatever a job names, what is let through lies below the root', async () => {
    const roots = await AllowedRoots.of(['s3://colour/of']);
    assert.ok(roots.hasBuckets);
    await fc.assert(
      fc.asyncProperty(fc.string(), async (rest) => {
        try {
          const { bucket, key } = roots.checkObject(`s3://colour/${rest}`);
          // A URL is what finally goes out: nothing in it may be taken as a way up.
          const path = [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
          assert.ok(new URL(`http://store/${path}`).pathname.startsWith('/colour/of/'));
        } catch (thrown) {
          assert.equal((thrown as { code?: unknown }).code, 'JOB_REFUSED');
        }
        await assert.rejects(roots.check(`s3://colour/of/${rest}`), { code: 'JOB_REFUSED' });
      }),
    );
    await assert.rejects(AllowedRoots.of(['s3://colour/../x']), { code: 'OPTION_INVALID' });
  });
});
