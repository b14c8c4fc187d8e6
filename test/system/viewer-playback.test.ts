import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import { colourAt } from '../fakes/browser.js';
import { colour, left, right, serveRoof, thermal } from '../fakes/served-page.js';

/** What the page says it plays by. */
async function plays(page: Page, name: string): Promise<void> {
  await page.locator('.facts .codec', { hasText: name }).waitFor();
}

suite('how the page plays', () => {
  for (const [codec, name] of [
    ['webcodecs', 'H.264 · WebCodecs'],
    ['mse', 'H.264 · MSE'],
    ['jpeg', 'JPEG'],
  ] as const) {
    test(`by ${name}: both halves of one instant, as the camera shows them, and on after a change of size`, async (t) => {
      const { page, camera, stop, address } = await serveRoof(t);
      await page.goto(`${address}/?codec=${codec}`);
      await colourAt(page, left, thermal);
      await colourAt(page, right, colour);
      await plays(page, name);
      await page.locator('.veil').waitFor({ state: 'hidden' });
      stop();
      // Odd sides, which no video has: what was added to make them even is not seen.
      const timer = setInterval(() => void camera.show(30, 120, { width: 47, height: 33 }), 40);
      t.after(() => {
        clearInterval(timer);
      });
      await colourAt(page, left, [30, 30, 30]);
      await colourAt(page, right, [120, 0, 0]);
      await colourAt(page, [0.98, 0.99], [120, 0, 0]);
    });
  }

  test('the best is chosen by itself', async (t) => {
    const { page, address } = await serveRoof(t);
    await page.goto(address);
    await plays(page, 'H.264 · WebCodecs');
  });

  test('a browser without WebCodecs plays by MSE, one with neither as JPEG', async (t) => {
    const { page, address } = await serveRoof(t);
    await page.addInitScript('delete window.VideoDecoder');
    await page.goto(address);
    await plays(page, 'H.264 · MSE');
    await page.addInitScript('delete window.MediaSource');
    await page.reload();
    await plays(page, 'JPEG');
    await colourAt(page, right, colour);
  });

  test('a decoder that fails gives way to the next', async (t) => {
    const { page, address } = await serveRoof(t);
    await page.addInitScript("VideoDecoder.prototype.decode = () => { throw new Error('broken'); }");
    await page.goto(address);
    await plays(page, 'H.264 · MSE');
    await colourAt(page, left, thermal);
  });

  test('where the server cannot make video it sends JPEG, and the page plays that', async (t) => {
    const { page, camera, address } = await serveRoof(t, {}, { video: false });
    await page.goto(address);
    await plays(page, 'JPEG');
    await colourAt(page, left, thermal);
    assert.equal(camera.picture.video.watchers, 0);
  });

  test('a hidden page lets go of the stream, and goes on when it is seen', async (t) => {
    const { page, camera, address } = await serveRoof(t);
    await page.goto(address);
    await colourAt(page, right, colour);
    const hide = (hidden: boolean): Promise<void> =>
      page.evaluate(
        `(() => {
          Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        })()`,
      );
    await hide(true);
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (camera.picture.watchers === 0) resolve();
        else setImmediate(look);
      };
      look();
    });
    await hide(false);
    const sequence = await page.locator('.stage').getAttribute('data-sequence');
    await page.locator(`.stage:not([data-sequence="${sequence ?? ''}"])`).waitFor();
    await page.locator('.veil').waitFor({ state: 'hidden' });
  });
});
