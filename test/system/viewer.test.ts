import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { openCamera } from '../../src/camera.js';
import { createServer, listen } from '../../src/server/create-server.js';
import { colourAt, meanColour, openPage } from '../fakes/browser.js';
import { ServedCamera } from '../fakes/served-camera.js';
import { colour, keepShowing, left, right, serve, serveRoof, thermal } from '../fakes/served-page.js';

/** Drops a file on the page as a hand would. */
async function drop(page: Page, name: string, type: string, bytes: Buffer): Promise<void> {
  const file = await page.evaluateHandle(
    `(() => {
      const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], '${name}', { type: '${type}' }));
      return data;
    })()`,
  );
  for (const event of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('article.camera', event, { dataTransfer: file });
  }
}

suite('the page', () => {
  test('shows thermal to the left of the line and colour to its right; keys and pointer move it', async (t) => {
    const { page, address } = await serveRoof(t);
    await page.goto(address);
    await colourAt(page, left, thermal);
    await colourAt(page, right, colour);
    const slider = page.getByRole('slider', { name: /Line between/ });
    assert.equal(await slider.getAttribute('aria-valuetext'), '50 % thermal, 50 % colour');
    await slider.press('Home');
    await colourAt(page, left, colour);
    assert.equal(await slider.getAttribute('aria-valuenow'), '0');
    await slider.press('PageUp');
    await slider.press('ArrowRight');
    await colourAt(page, left, thermal);
    assert.equal(await slider.getAttribute('aria-valuetext'), '12 % thermal, 88 % colour');
    const box = await page.locator('.stage').boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.7 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.98 * box.width, box.y + 0.7 * box.height, { steps: 3 });
    await page.mouse.up();
    await colourAt(page, right, thermal);
    await page.keyboard.press('c');
    await colourAt(page, left, colour);
    await page.keyboard.press('t');
    await colourAt(page, right, thermal);
    await page.locator('.made-up').waitFor({ state: 'hidden' });
    await page.keyboard.press('s');
    await page.locator('.made-up').waitFor({ state: 'visible' });
  });

  test('says STALE over a picture that stopped, and why; it can be tried again at once', async (t) => {
    const { page, camera, stop, address } = await serveRoof(t);
    await page.goto(address);
    await colourAt(page, left, thermal);
    await page.locator('.veil').waitFor({ state: 'hidden' });
    stop();
    await page.getByText(/^STALE \d+ s$/).waitFor();
    camera.state = 'reconnecting';
    camera.retryInMs = 60_000;
    camera.tell();
    await page.getByText(/^Camera is away; next try in \d\d s$/).waitFor();
    const asked = page.waitForResponse((response) => response.url().endsWith('/retry'));
    await page.getByRole('button', { name: 'Try now' }).click();
    assert.equal((await asked).status(), 204);
    assert.equal(camera.retries, 1);
    camera.state = 'live';
    camera.retryInMs = undefined;
    keepShowing(t, camera, 90, 200);
    await page.locator('.veil').waitFor({ state: 'hidden' });
  });

  test('connects again by itself when the server has been away', async (t) => {
    const { page, camera, app, address } = await serveRoof(t, {
      expected: /WebSocket connection to .* failed|ERR_CONNECTION/,
    });
    await page.goto(address);
    await colourAt(page, left, thermal);
    await app.close();
    await page.getByText(/daylit does not answer; next try in \d+ s/).waitFor();
    await page.getByRole('button', { name: 'Try now' }).waitFor();
    const again = await createServer({ cameras: [camera], names: [] });
    t.after(() => again.close());
    await listen(again, '127.0.0.1', Number(new URL(address).port));
    await page.locator('.veil').waitFor({ state: 'hidden' });
  });

  test('shows all cameras, leads to one and back, and lets connections go that it does not need', async (t) => {
    const page = await openPage(t, { viewport: { width: 390, height: 844 }, colorScheme: 'light' });
    const [roof, yard] = [new ServedCamera('roof'), new ServedCamera('yard')];
    keepShowing(t, roof, 90, 200);
    keepShowing(t, yard, 90, 60);
    const { address } = await serve(t, roof, yard);
    await page.goto(address);
    await page.locator('.card .stage.painted').nth(1).waitFor();
    assert.equal(yard.picture.watchers, 1);
    await page.getByRole('link', { name: 'yard' }).click();
    await page.getByRole('slider', { name: /Line between/ }).waitFor();
    await colourAt(page, right, [60, 0, 0]);
    const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
    assert.equal(wide, false, 'nothing sticks out on a phone');
    await page.keyboard.press('Escape');
    await page.locator('.card').nth(1).waitFor();
  });

  test('what is no photo is told and changes nothing', async (t) => {
    const { page, camera, address } = await serveRoof(t, { expected: /status of 422/ });
    await page.goto(address);
    await colourAt(page, left, thermal);
    await drop(page, 'notes.txt', 'text/plain', Buffer.from('no photo'));
    await page.getByText(/Reference photo cannot be read: notes\.txt/).waitFor();
    assert.deepEqual(camera.applied, []);
  });

  test('a photo dropped on a real camera changes its colours, and the other stays at hand', async (t) => {
    const page = await openPage(t);
    const camera = await openCamera({ input: 'synthetic:street?size=160x128&fps=5&frames=endless' });
    t.after(() => camera.close());
    const { address } = await serve(t, camera);
    await page.goto(address);
    await page.locator('.stage.painted').waitFor();
    await page.keyboard.press('c');
    await page.locator('.stage[data-mode=colour]').waitFor();
    const before = await meanColour(page);
    const violet = { width: 320, height: 240, channels: 3, background: '#c02090' } as const;
    await drop(page, 'violet.jpg', 'image/jpeg', await sharp({ create: violet }).jpeg().toBuffer());
    await page.locator('.photo[aria-pressed=true] .photo-name', { hasText: 'violet.jpg' }).waitFor();
    const greener = ([red, green, blue]: readonly [number, number, number]): number => green - (red + blue) / 2;
    let after = before;
    // A second of pictures, and then some for smoothing.
    for (let pictures = 0; greener(after) > greener(before) - 5; pictures += 1) {
      assert.ok(pictures < 15, `${before.join()} became ${after.join()}`);
      const sequence = await page.locator('.stage').getAttribute('data-sequence');
      await page.locator(`.stage:not([data-sequence="${sequence ?? ''}"])`).waitFor();
      after = await meanColour(page);
    }
    assert.equal(await page.locator('.photo').count(), 2);
    assert.equal(camera.status().state, 'live');
  });
});
