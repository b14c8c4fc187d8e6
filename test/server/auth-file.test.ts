import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { DaylitError } from '../../src/core/errors.js';
import { Credentials } from '../../src/server/auth-credentials.js';
import { changeAuthFile, readAuthFile } from '../../src/server/auth-file.js';
import { equal, hashPassword, isPassword, newPassword, newToken, tokenId } from '../../src/server/auth-secrets.js';
import { CREATED } from '../fakes/guarded-server.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const invalid = (message: RegExp) => (thrown: unknown) =>
  thrown instanceof DaylitError && thrown.code === 'AUTH_FILE_INVALID' && message.test(thrown.message);

suite('the file of users and tokens', () => {
  test('is for its owner alone, holds no secret, and keeps what was in it', async (t) => {
    const path = join(await temporaryFolder(t), 'deep', 'auth.json');
    const { id, token, sha256 } = newToken();
    await changeAuthFile(path, (entries) => ({
      ...entries,
      tokens: [{ id, sha256, name: 'one', role: 'view', created: CREATED }],
    }));
    await changeAuthFile(path, (entries) => ({ ...entries, users: [] }));
    const text = await readFile(path, 'utf8');
    assert.ok(!text.includes(token) && !text.includes(token.slice(16)));
    assert.deepEqual(
      (await readAuthFile(path)).tokens.map(({ name }) => name),
      ['one'],
    );
    if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(path, '..')), ['auth.json']);
  });

  test('a change that fails, or comes while another is under way, changes nothing', async (t) => {
    const path = join(await temporaryFolder(t), 'auth.json');
    await changeAuthFile(path, (entries) => entries);
    const before = await readFile(path, 'utf8');
    const broken = changeAuthFile(path, () => {
      throw new Error('by hand');
    });
    await assert.rejects(broken, /by hand/);
    await writeFile(`${path}.new`, '');
    await assert.rejects(
      changeAuthFile(path, (entries) => entries),
      invalid(/is being changed/),
    );
    assert.equal(await readFile(path, 'utf8'), before);
  });

  test('one that others may read or write is refused', async (t) => {
    if (process.platform === 'win32') return;
    const path = join(await temporaryFolder(t), 'auth.json');
    await changeAuthFile(path, (entries) => entries);
    for (const mode of [0o604, 0o606, 0o620, 0o666]) {
      await chmod(path, mode);
      await assert.rejects(readAuthFile(path), invalid(/open to other users/));
    }
    // Secrets that a container mounts may be read by its group.
    await chmod(path, 0o440);
    await readAuthFile(path);
  });

  test('whatever is in it, it is read or refused, and the refusal quotes nothing of it', async (t) => {
    const path = join(await temporaryFolder(t), 'auth.json');
    const refusal = async (content: string): Promise<string> => {
      await writeFile(path, content, { mode: 0o600 });
      return readAuthFile(path).then(
        () => '',
        (thrown: unknown) =>
          thrown instanceof DaylitError && thrown.code === 'AUTH_FILE_INVALID' ? thrown.message : 'other',
      );
    };
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (content) => {
        assert.notEqual(await refusal(content), 'other');
      }),
      { numRuns: 60 },
    );
    const secret = '"s3cret-s3cret"';
    for (const content of [
      secret,
      `{${secret}:1}`,
      `{"version":1,"users":${secret},"tokens":[]}`,
      `{"version":1,${secret}`,
    ])
      assert.match(await refusal(content), /^(?!.*s3cret).+$/);
    const slow = `scrypt$1073741824$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
    const user = { name: 'a', role: 'view', created: CREATED, password: slow };
    assert.match(await refusal(JSON.stringify({ version: 1, users: [user], tokens: [] })), /users\.0\.password/);
  });
});

suite('secrets', () => {
  test('tokens are long, differ, and are told apart by a part that is no secret', () => {
    const [one, other] = [newToken(), newToken()];
    assert.match(one.token, /^daylit_[0-9a-f]{8}_[\w-]{43}$/);
    assert.notEqual(one.token, other.token);
    assert.equal(tokenId(one.token), one.id);
    for (const text of ['', 'daylit_', one.token.slice(1), `${one.token}=`, ` ${one.token}`])
      assert.equal(tokenId(text), undefined);
    assert.ok(equal('a', 'a') && !equal('a', 'b') && !equal('a', ''));
  });

  test('passwords that are made up pass for nothing else; the same one is kept differently each time', async () => {
    const password = newPassword();
    assert.match(password, /^[a-z2-9]{5}(?:-[a-z2-9]{5}){3}$/);
    const [one, other] = await Promise.all([hashPassword(password), hashPassword(password)]);
    assert.notEqual(one, other);
    assert.ok(!one.includes(password));
    assert.deepEqual(await Promise.all([isPassword(password, one), isPassword(`${password} `, one)]), [true, false]);
    // The same letters, typed on another system.
    const kept = await hashPassword('Zürich-am-Morgen');
    assert.ok(await isPassword('Zu\u0308rich-am-Morgen', kept));
  });

  test('sign-ins beyond a handful are turned away while one is looked at', async () => {
    const credentials = new Credentials({ version: 1, users: [], tokens: [] });
    const codes = await Promise.all(
      Array.from({ length: 12 }, () =>
        credentials.signIn('a', 'b').then(
          () => 'in',
          (thrown: unknown) => DaylitError.from(thrown).code,
        ),
      ),
    );
    assert.deepEqual(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS').length, 4);
    assert.deepEqual(codes.filter((code) => code === 'SIGN_IN_REQUIRED').length, 8);
  });
});
