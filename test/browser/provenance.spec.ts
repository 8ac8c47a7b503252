import { expect } from 'vitest';
import { expectSound, journeysOver, keepScreen } from './journeys.js';
import { phantom } from './served-phantoms.js';

const { journey, open } = await journeysOver(phantom);

journey('provenance: the runs behind a neuron with their six fields, down to tiles', async () => {
  const seen = await open(`/d/${phantom}/circuits/neurons`);
  const { page } = seen;
  const list = page.getByRole('table', { name: 'Neurons' });
  await list.getByRole('row').nth(1).getByRole('link').first().click();
  await page.getByRole('link', { name: 'Provenance' }).nth(1).click();
  await page.getByRole('heading', { name: /Tiles whose pixels it rests on \([1-9]/ }).waitFor();
  await page.getByRole('row', { name: /L1 ingest/ }).waitFor();
  await page.getByRole('img', { name: /Graph of runs/ }).waitFor();
  await page.waitForTimeout(500);
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.waitForTimeout(500);
  await keepScreen(page, 'provenance');
  await page.getByLabel('Second run').selectOption({ index: 3 });
  expect(await page.locator('tr.differs').count()).toBeGreaterThan(0);
  await expectSound(seen);
});
