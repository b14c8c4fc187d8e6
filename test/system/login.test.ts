import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openPage } from '../fakes/browser.js';
import { guardedServer, PASSWORD } from '../fakes/guarded-server.js';

suite('the page for signing in', () => {
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
    assert.deepEqual(await page.evaluate('document.cookie'), '');
    await page.evaluate(`fetch('api/sign-out', { method: 'POST' })`);
    await page.goto(address);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
});
