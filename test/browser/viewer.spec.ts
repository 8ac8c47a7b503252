import { expect, vi } from 'vitest';
import { expectDrawn } from './browser.js';
import { journeysOver, keepScreen } from './journeys.js';
import { phantom } from './served-phantoms.js';

const { journey, open } = await journeysOver(phantom);

journey('3-D: Neuroglancer shows image, segmentation and synapses', async () => {
  const seen = await open(`/d/${phantom}/circuits/neurons`);
  const { page } = seen;
  const first = page.getByRole('table', { name: 'Neurons' }).getByRole('row').nth(1);
  const bodyId = await first.getByRole('cell').first().textContent();
  await first.getByRole('link', { name: 'Show in 3-D' }).click();
  const frame = page.frameLocator('iframe.viewer');
  await frame
    .locator('.neuroglancer-layer-item-label', { hasText: 'segmentation' })
    .waitFor({ timeout: 60_000 });
  const state = (await page
    .frames()
    .find((each) => each.url().includes('/viewer/'))!
    .evaluate('viewer.state.toJSON()')) as { layers: { name: string; segments?: string[] }[] };
  expect(state.layers.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['em', 'segmentation', 'synapses']),
  );
  expect(state.layers.find(({ name }) => name === 'segmentation')!.segments).toEqual([bodyId]);
  await vi.waitFor(() => expect([...seen.received.keys()].join()).toMatch(/synapses\/precomputed\/\w+\/\d/), {
    timeout: 60_000,
  });
  // Chunks and meshes come as they come.
  const shown = async () => expectDrawn(await page.locator('iframe.viewer').screenshot(), 60);
  await vi.waitFor(shown, { timeout: 60_000, interval: 1000 });
  await page.waitForTimeout(2000);
  await keepScreen(page, 'viewer');
});
