import { expect } from 'vitest';
import { askApi, expectSound, journeysOver, keepScreen } from './journeys.js';
import { stained } from './served-phantoms.js';

const { journey, open, address } = await journeysOver(stained);

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

interface Connection {
  readonly preBodyId: string;
  readonly postBodyId: string;
  readonly weight: string;
}

/** The strongest connection of the dataset by GraphQL, as anyone could ask. */
async function strongest(): Promise<Connection> {
  const { dataset } = await askApi(
    address(),
    `{dataset(name: "${stained}") {connections(minWeight: 1) {preBodyId postBodyId weight}}}`,
  );
  return dataset.connections[0];
}

journey('circuits: neurons are typed into the matrix, which shows who connects to whom', async () => {
  const { preBodyId, postBodyId, weight } = await strongest();
  const seen = await open(`/d/${stained}/circuits/neurons`);
  const { page } = seen;
  await page.getByRole('link', { name: 'Matrix' }).click();
  const matrix = page.getByRole('table', { name: /^Weights, presynaptic in rows/ });
  await matrix.getByRole('row').nth(1).waitFor();
  const all = await matrix.getByRole('row').count();
  const ids = page.getByLabel(/^Neuron ids/);
  await ids.fill(`${preBodyId}, ${postBodyId}`);
  await ids.press('Enter');
  const cell = matrix.getByTitle(`${preBodyId} → ${postBodyId}`);
  await expect.poll(() => matrix.getByRole('row').count()).toBeLessThan(Math.min(4, all));
  expect(await cell.textContent()).toBe(weight);
  await keepScreen(page, 'circuits-matrix');
  await page.getByText('How this was asked').click();
  await page.getByText('Cypher: connectionsBetween').waitFor();
  await expectSound(seen);
  await matrix.getByRole('rowheader', { name: preBodyId }).getByRole('link').click();
  await page.getByRole('heading', { name: `Partners of neuron ${preBodyId}` }).waitFor();
});

journey('circuits: a path is found from one neuron to another, and says its weakest link', async () => {
  const { preBodyId, postBodyId, weight } = await strongest();
  const seen = await open(`/d/${stained}/circuits/neurons`);
  const { page } = seen;
  await page.getByRole('link', { name: 'Paths' }).click();
  await page.getByText('Give two neurons.').waitFor();
  await page.getByLabel('From neuron').fill(preBodyId);
  await page.getByLabel('To neuron').fill(postBodyId);
  await page.getByLabel('Connections at most').fill('2');
  await page.getByRole('button', { name: 'Find' }).click();
  const direct = page
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name: `${preBodyId} –${weight}→ ${postBodyId}`, exact: true }) });
  expect(await direct.getByRole('cell').nth(1).textContent()).toBe(weight);
  await keepScreen(page, 'circuits-paths');
  await expectSound(seen);
  // More than the strongest connection has.
  await page.getByLabel('Weight at least, synapses').fill('100000');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText(/^No path of this length and weight leads there/).waitFor();
  await page.goBack();
  await direct.getByRole('link', { name: 'Show in 3-D' }).click();
  expect(new URL(page.url()).search).toBe(`?bodies=${preBodyId},${postBodyId}`);
});

journey('circuits: motifs are counted, and fewer of them at a larger weight', async () => {
  const seen = await open(`/d/${stained}/circuits/neurons`);
  const { page } = seen;
  await page.getByRole('link', { name: 'Motifs' }).click();
  const pairs = page.getByRole('heading', { name: /^Reciprocal pairs \(\d+\)/ });
  const counted = async () => Number(/\((\d+)\)/.exec((await pairs.textContent())!)![1]);
  const { motifs } = await askApi(
    address(),
    `{motifs(dataset: "${stained}", minWeight: 1, first: 1000) {reciprocal {bodyId} autapses {bodyId}}}`,
  );
  expect(await counted()).toBe(motifs.reciprocal.length);
  expect(motifs.reciprocal.length).toBeGreaterThan(0);
  await page.getByRole('heading', { name: `Autapses (${motifs.autapses.length})` }).waitFor();
  await keepScreen(page, 'circuits-motifs');
  await expectSound(seen);
  const least = page.getByLabel('Weight at least, synapses');
  await least.fill('100000');
  await least.press('Enter');
  await expect.poll(counted).toBe(0);
  await page.getByText('None of this weight.').first().waitFor();
});
