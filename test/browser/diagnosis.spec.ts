import sharp from 'sharp';
import { expect } from 'vitest';
import { expectSound, journeysOver, keepScreen } from './journeys.js';
import { phantom, stained } from './served-phantoms.js';

const { journey, open, address } = await journeysOver(phantom, stained);

/** Spread of grey levels of a picture of the page, standard deviation. */
async function spreadOf(picture: Buffer): Promise<number> {
  const { channels } = await sharp(picture).greyscale().stats();
  return channels[0].stdev;
}

journey(
  'diagnosis: from fewer connections to the staining, with pictures, kept under its own address',
  async () => {
    const seen = await open(`/d/${stained}/diagnosis`);
    const { page } = seen;
    await page.getByLabel(/^Region/).fill('0,0,0 to 224,208,128');
    await page.getByRole('button', { name: 'Apply' }).click();
    expect(new URL(page.url()).searchParams.get('region')).toBe('0,0,0 to 224,208,128');
    await page.getByRole('button', { name: 'Diagnose' }).click();
    await page.locator('#verdict').waitFor({ timeout: 120_000 });
    expect(await page.locator('#verdict').textContent()).toBe('Root cause: L1, staining gradient');
    expect(new URL(page.url()).pathname).toMatch(/\/diagnosis\/[0-9a-f]{32}$/);
    const layers = await page.locator('.step h3').allTextContents();
    expect(layers.map((text) => text.slice(0, 2))).toEqual(['L5', 'L4', 'L3', 'L2', 'L1']);
    await page.locator('.patch canvas[data-drawn]').nth(9).waitFor({ timeout: 60_000 });
    const patches = page.locator('#L1 .patch canvas');
    const [here, there] = [
      await spreadOf(await patches.nth(0).screenshot()),
      await spreadOf(await patches.nth(1).screenshot()),
    ];
    expect(here).toBeLessThan(0.8 * there);
    await page.setViewportSize({ width: 1280, height: 1180 });
    await page.waitForTimeout(500);
    await keepScreen(page, 'diagnosis');
    await page
      .getByText(/All evidence of this layer/)
      .last()
      .click();
    await page
      .getByRole('row', { name: /membrane contrast/ })
      .first()
      .waitFor();
    const report = await page.getByRole('link', { name: 'Open as HTML' }).getAttribute('href');
    const answer = await fetch(`${address()}${report}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<svg');
    await expectSound(seen);
    await page.reload();
    await page.locator('#verdict').waitFor();
    await page.getByRole('link', { name: /All diagnoses/ }).click();
    await page.getByRole('link', { name: 'L1 staining gradient' }).first().waitFor();
  },
);

journey('diagnosis: of too small a dataset is not made up', async () => {
  const { page } = await open(`/d/${phantom}/diagnosis`);
  await page.getByRole('button', { name: 'Diagnose' }).click();
  await page.locator('#verdict').waitFor({ timeout: 120_000 });
  expect(await page.locator('#verdict').textContent()).toMatch(/Too little|Nothing deviates/);
});
