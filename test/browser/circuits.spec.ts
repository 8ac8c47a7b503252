import { expect } from 'vitest';
import { expectSound, journeysOver, keepScreen } from './journeys.js';
import { stained } from './served-phantoms.js';

const { journey, open } = await journeysOver(stained);

journey('circuits: from the list to a neuron, its partners, its graph and into 3-D', async () => {
  const seen = await open(`/d/${stained}/circuits/neurons`);
  const { page } = seen;
  const list = page.getByRole('table', { name: 'Neurons' });
  await list.getByRole('button', { name: /^Post/ }).click();
  await list.getByRole('row').nth(1).waitFor();
  const most = list.getByRole('row').nth(1);
  const bodyId = await most.getByRole('cell').first().textContent();
  await keepScreen(page, 'circuits-neurons');
  await most.getByRole('link').first().click();
  await page.getByRole('heading', { name: `Partners of neuron ${bodyId}` }).waitFor();
  const inputs = page.getByRole('table', { name: 'Inputs (upstream)' });
  // The neuron is there before its partners are.
  await inputs.getByRole('row').nth(1).waitFor();
  await keepScreen(page, 'circuits-partners');
  const neuronPage = page.url();
  await inputs.getByRole('link', { name: 'Provenance' }).first().click();
  const synapses = page.getByRole('table', { name: 'Synapses of the connection' });
  await synapses.getByRole('link', { name: 'Show in 3-D' }).first().click();
  expect(new URL(page.url()).search).toMatch(/^\?at=[\d.]+,[\d.]+,[\d.]+&bodies=\d+,\d+$/);
  await page.goto(neuronPage);
  await page.locator('main p.links').getByRole('link', { name: 'Graph' }).click();
  await page.getByText(/\d+ neurons, \d+ connections/).waitFor();
  await page.waitForTimeout(500);
  await keepScreen(page, 'circuits-graph');
  await expectSound(seen);
  await page.goBack();
  await page.getByRole('link', { name: 'Show in 3-D' }).first().click();
  expect(new URL(page.url()).search).toBe(`?bodies=${bodyId}`);
});
