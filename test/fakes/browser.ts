import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import sharp from 'sharp';

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
    // As the last of all: one that fails keeps those after it from running, and a server would keep the process.
    t.after(() => {
      assert.deepEqual(
        complaints.filter((text) => !expected.test(text)),
        [],
      );
    });
  });
  return page;
}

/** Where on the picture, from 0 to 1. */
export type Place = readonly [x: number, y: number];

/** Resolves when the picture is seen in about this colour there. */
export async function colourAt(page: Page, place: Place, colour: readonly [number, number, number]): Promise<void> {
  // A page that goes from all cameras to one shows those of all for a moment more.
  await page.locator('.stage').nth(1).waitFor({ state: 'detached' });
  await page.locator('.stage.painted').waitFor();
  const until = Date.now() + PATIENCE_MS;
  for (let seen = await seenAt(page, place); !near(seen, colour); seen = await seenAt(page, place)) {
    assert.ok(Date.now() < until, `${seen.join()} is seen, not ${colour.join()}`);
  }
}

/** What the screen shows there, whatever the page has done to show it. */
async function seenAt(page: Page, [x, y]: Place): Promise<readonly number[]> {
  const box = await page.locator('.stage').boundingBox();
  assert.ok(box !== null);
  const clip = { x: Math.floor(box.x + x * box.width), y: Math.floor(box.y + y * box.height), width: 1, height: 1 };
  const shot = await sharp(await page.screenshot({ clip }))
    .removeAlpha()
    .raw()
    .toBuffer();
  return [...shot.subarray(0, 3)];
}

function near(seen: readonly number[], colour: readonly number[]): boolean {
  return colour.every((value, channel) => Math.abs(value - (seen[channel] ?? NaN)) <= 10);
}

/** Mean colour of the picture that the page shows. */
export function meanColour(page: Page): Promise<readonly [number, number, number]> {
  return page.evaluate(pictureMean);
}

// This runs in the page, of whose types the tests know nothing.
const pictureMean = `(() => {
  const canvas = document.querySelector('.stage.painted canvas.colour');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const sum = [0, 0, 0];
  data.forEach((value, index) => { if (index % 4 < 3) sum[index % 4] += value; });
  return sum.map((total) => (4 * total) / data.length);
})()` as unknown as () => readonly [number, number, number];
