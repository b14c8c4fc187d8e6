import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Telemetry } from '../../src/core/telemetry.js';
import { paletteTable } from '../../src/thermal/palettes.js';
import { colourAt, openPage } from '../fakes/browser.js';
import { ServedCamera } from '../fakes/served-camera.js';
import { colour, keepShowing, left, right, serve, serveRoof, thermal } from '../fakes/served-page.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core finds wrong, by rule and element. */
async function complaintsOfAxe(page: Page): Promise<readonly string[]> {
  return page.evaluate(
    `axe.run().then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`,
  );
}

suite('what the page offers', () => {
  for (const colorScheme of ['dark', 'light'] as const) {
    test(`is accessible by axe, ${colorScheme}: all cameras, one, and one that is away`, async (t) => {
      // axe comes into the page by the driver, which the page's own policy would not let it do.
      const page = await openPage(t, { colorScheme, bypassCSP: true });
      const [roof, yard] = [new ServedCamera('roof'), new ServedCamera('yard')];
      const stop = keepShowing(t, roof, 90, 200);
      keepShowing(t, yard, 90, 60);
      const { address } = await serve(t, roof, yard);
      await page.addInitScript({ path: AXE });
      await page.goto(address);
      await page.locator('.card .stage.painted').nth(1).waitFor();
      assert.deepEqual(await complaintsOfAxe(page), []);
      await page.getByRole('link', { name: 'roof' }).click();
      await colourAt(page, left, thermal);
      for (const key of ['s', 'b', 'p']) {
        await page.keyboard.press(key);
        assert.deepEqual(await complaintsOfAxe(page), [], key);
      }
      stop();
      roof.state = 'reconnecting';
      roof.retryInMs = 600_000;
      roof.tell();
      await page.getByText(/^STALE \d+ s$/).waitFor();
      assert.deepEqual(await complaintsOfAxe(page), []);
    });
  }

  test('raw, false colours, both at once, and colour: by keys', async (t) => {
    const { page, address } = await serveRoof(t);
    await page.goto(address);
    await colourAt(page, right, colour);
    const ironbow = paletteTable('ironbow').subarray(3 * 90, 3 * 90 + 3);
    const [red = 0, green = 0, blue = 0] = ironbow;
    await page.keyboard.press('p');
    await colourAt(page, right, [red, green, blue]);
    await page.keyboard.press('s');
    await colourAt(page, left, [red, green, blue]);
    await colourAt(page, right, colour);
    await page.keyboard.press('t');
    await colourAt(page, left, thermal);
    await page.keyboard.press('b');
    await colourAt(page, left, [145, 45, 45]);
    await page.getByRole('slider', { name: 'Colour' }).press('End');
    await colourAt(page, left, colour);
  });

  test('smoothing and false colours are told to the server, and what others change is shown', async (t) => {
    const { page, camera, address } = await serveRoof(t);
    await page.goto(address);
    await colourAt(page, right, colour);
    const changed = (): Promise<unknown> => page.waitForResponse((response) => response.request().method() === 'PATCH');
    const palette = Promise.all([changed(), page.getByLabel('Colours from').selectOption('lava')]);
    await palette;
    assert.equal(camera.colours.settings.palette, 'lava');
    const smoothing = page.getByRole('slider', { name: 'Smoothing' });
    await Promise.all([changed(), smoothing.press('Home')]);
    assert.equal(camera.colours.settings.smoothing, 0);
    await camera.colours.adjust({ smoothing: 0.4 });
    camera.tell();
    await page.getByText('40 %').waitFor();
  });

  test('what is seen now can be what is coloured after', async (t) => {
    const { page, camera, address } = await serveRoof(t);
    await page.goto(address);
    await colourAt(page, right, colour);
    await page.getByRole('button', { name: 'Use this frame' }).click();
    await page.locator('.photo[aria-pressed=true] .photo-name', { hasText: /^frame \d\d:\d\d:\d\d\.jpg$/ }).waitFor();
    assert.deepEqual((camera.applied[0]?.[0] as { size: unknown }).size, { width: 64, height: 48 });
  });

  test('detections are framed where they are, and temperatures told under the pointer where they are measured', async (t) => {
    const page = await openPage(t);
    const camera = new ServedCamera('roof');
    const detections = [
      { label: 'person', score: 0.912, box: [0.25, 0.5, 0.5, 0.25] as [number, number, number, number] },
    ];
    camera.celsius = 36.64;
    keepShowing(t, camera, 90, 200);
    const timer = setInterval(() => camera.detections.add({ detections }), 200);
    t.after(() => {
      clearInterval(timer);
    });
    const { address } = await serve(t, camera);
    await page.goto(address);
    await colourAt(page, right, colour);
    await page.getByText('person 91 %').waitFor();
    const [stage, box] = await Promise.all([page.locator('.stage').boundingBox(), page.locator('.box').boundingBox()]);
    assert.ok(stage !== null && box !== null);
    assert.ok(Math.abs(box.x - stage.x - 0.25 * stage.width) < 2 && Math.abs(box.height - 0.25 * stage.height) < 2);
    await page.mouse.move(stage.x + 50, stage.y + 80);
    await page.getByText('36.6 °C').waitFor();
    await page.mouse.move(2, 2);
    await page.locator('.temperature').waitFor({ state: 'hidden' });
  });

  test('a drone says where it is and where it heads; a camera that is no drone says nothing', async (t) => {
    const { page, camera, address } = await serveRoof(t);
    await page.goto(address);
    await colourAt(page, right, colour);
    await page.locator('.telemetry').waitFor({ state: 'hidden' });
    const newest: Telemetry = {
      ...{ provenance: 'misb-st-0601', sensorLatitude: 46.94809, sensorLongitude: -7.44744, sensorAltitude: 812.4 },
      ...{ platformHeading: 8.6, unixMicroseconds: Date.UTC(2026, 4, 1, 15, 1, 58) * 1000 },
    };
    camera.telemetry = { newest, frameSeconds: 0, log: { first: 0, count: 0, since: () => [] } };
    await page.getByText('46.94809° N 7.44744° W').waitFor();
    await page.getByText('812 m above sea · heading 009° · 15:01:58 UTC').waitFor();
  });

  test('who may only watch is offered nothing to change', async (t) => {
    const { page, camera, address } = await serveRoof(t);
    await page.route('**/api/me', (route) => route.fulfill({ json: { name: 'anna', role: 'view', by: 'session' } }));
    await page.goto(address);
    await colourAt(page, right, colour);
    assert.equal(await page.getByRole('slider', { name: 'Smoothing' }).isDisabled(), true);
    assert.equal(await page.getByLabel('Colours from').isDisabled(), true);
    assert.equal(await page.locator('.photo').isDisabled(), true);
    assert.equal(await page.getByRole('button', { name: 'Use this frame' }).count(), 0);
    assert.equal(await page.locator('.picker').count(), 0);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    camera.state = 'reconnecting';
    camera.retryInMs = 60_000;
    camera.tell();
    await page.getByText(/next try in \d\d s$/).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try now' }).count(), 0);
  });
});
