import { expect } from 'vitest';
import { expectSound, journeysOver, keepScreen } from './journeys.js';
import { phantom } from './served-phantoms.js';

const { journey, open } = await journeysOver(phantom);

journey('console: a query in three forms, and a refusal of what writes', async () => {
  const seen = await open(`/d/${phantom}/cypher`);
  const { page } = seen;
  await page.getByRole('textbox', { name: 'Statement' }).press('Control+Enter');
  await page.getByText(/\d+ rows in/).waitFor();
  const rows = Number(/^(\d+)/.exec((await page.getByText(/\d+ rows in/).textContent())!)![1]);
  expect(rows).toBeGreaterThan(0);
  await page.getByRole('tab', { name: 'Graph' }).click();
  await page.getByText(new RegExp(`\\d+ nodes, ${rows} relationships`)).waitFor();
  await page.waitForTimeout(500);
  await page.setViewportSize({ width: 1280, height: 1180 });
  await page.waitForTimeout(500);
  await keepScreen(page, 'cypher');
  const statement = page.getByRole('textbox', { name: 'Statement' });
  await statement.fill('MATCH (n:Neu');
  await page.getByRole('button', { name: 'Neuron', exact: true }).first().click();
  expect(await statement.inputValue()).toBe('MATCH (n:Neuron');
  await page.getByRole('tab', { name: 'Plot' }).click();
  await page.locator('.uplot').waitFor();
  await page.getByRole('textbox', { name: 'Statement' }).fill('MATCH (n:Neuron) SET n.type = "x" RETURN n');
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByRole('alert').waitFor();
  await expectSound(seen);
});
