import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { suite, test } from 'node:test';
import { openPage } from '../fakes/browser.js';
import { guardedServer, PASSWORD } from '../fakes/guarded-server.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

suite('the page for signing in', () => {
  for (const colorScheme of ['dark', 'light'] as const) {
    test(`is accessible by axe, ${colorScheme}`, async (t) => {
      const page = await openPage(t, { colorScheme });
      const { open } = await guardedServer(t);
      await page.goto(`${await open()}/login`);
      await page.evaluate(AXE);
      const violations = await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
      assert.deepEqual(violations, []);
    });
  }

  test('a wrong password is told; the right one leads to the page, which stays until one signs out', async (t) => {
    const page = await openPage(t, { expected: /\b401\b/ });
    const { open } = await guardedServer(t);
    const address = await open();
    await page.goto(`${address}/#roof`);
    assert.match(page.url(), /\/login#roof$/);
    await page.getByLabel('Name').fill('anna');
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Name or password is wrong.').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('article.camera').waitFor();
    assert.equal(page.url(), `${address}/#roof`);
    assert.equal(await page.evaluate('document.cookie'), '', 'no script sees the session');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // By the button, or by a request that came too late: then the camera's name is still there.
    assert.match(page.url(), /\/login(?:#roof)?$/);
  });
});
