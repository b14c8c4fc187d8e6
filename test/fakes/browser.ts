import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';

/** Debian's; `CHROMIUM_PATH` names another. */
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** How long anything in the page may take: much, since the machine may be slow and busy. */
const PATIENCE_MS = 90_000;

/**
 * An empty page in a headless Chromium that is gone after the test, which fails if the page has complained.
 *
 * Open it before anything that it is to look at: what a test registers to be done after it runs in that order, and a
 * page that outlives its server rightly complains.
 * @param expected complaints that belong to the test
 */
export async function openPage(
  t: TestContext,
  { expected = /^$/, ...options }: BrowserContextOptions & { readonly expected?: RegExp } = {},
): Promise<Page> {
  const browser = await chromium.launch({
    ...{ executablePath: CHROMIUM, args: ['--no-sandbox'] },
    timeout: PATIENCE_MS,
  });
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  t.after(async () => {
    await browser.close();
    assert.deepEqual(
      complaints.filter((text) => !expected.test(text)),
      [],
    );
  });
  return page;
}

/** Where on the picture, from 0 to 1. */
export type Place = readonly [x: number, y: number];

/** Resolves when the picture has about this colour there. */
export async function colourAt(page: Page, place: Place, colour: readonly [number, number, number]): Promise<void> {
  await page.waitForFunction(pictureHasColour, { place, colour });
}

/** Mean colour of the picture that the page shows. */
export function meanColour(page: Page): Promise<readonly [number, number, number]> {
  return page.evaluate(pictureMean);
}

// These run in the page, of whose types the tests know nothing.
const pictureHasColour = `({ place, colour }) => {
  const canvas = document.querySelector('.stage.painted canvas');
  if (canvas === null) return false;
  const [x, y] = [canvas.width * place[0], canvas.height * place[1]].map(Math.floor);
  const pixel = canvas.getContext('2d').getImageData(x, y, 1, 1).data;
  return colour.every((value, channel) => Math.abs(value - pixel[channel]) <= 10);
}` as unknown as (wanted: { place: Place; colour: readonly number[] }) => boolean;

const pictureMean = `(() => {
  const canvas = document.querySelector('.stage.painted canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const sum = [0, 0, 0];
  data.forEach((value, index) => { if (index % 4 < 3) sum[index % 4] += value; });
  return sum.map((total) => (4 * total) / data.length);
})()` as unknown as () => readonly [number, number, number];
