import { tableFromIPC } from 'apache-arrow';
import { expect } from 'vitest';
import { expectSound, journeysOver, keepScreen } from './journeys.js';
import { stained } from './served-phantoms.js';

const { journey, open, address } = await journeysOver(stained);

journey('analyses: a job is followed to its result, which is kept and can be taken away', async () => {
  const seen = await open(`/d/${stained}/circuits/analyses`);
  const { page } = seen;
  await page.getByLabel('Analysis').selectOption({ label: 'motifs' });
  // Bad parameters are refused before anything is begun.
  await page.getByLabel('Parameters, JSON').fill('{"draws": -1}');
  await page.getByRole('button', { name: 'Compute' }).press('Enter');
  expect(await page.getByRole('alert').textContent()).toMatch(/draws/);
  // Each with a seed of its own: what was computed before would be there at once.
  const parameters = JSON.stringify({ draws: 1000, seed: Date.now() % 1e6 });
  await page.getByLabel('Parameters, JSON').fill(parameters);
  await page.getByLabel('Parameters, JSON').press('Enter');
  await page.getByRole('progressbar', { name: 'Progress of the analysis' }).waitFor();
  const values = new Set<string>();
  const result = page.getByRole('heading', { name: /^motifs of revision \d+/ });
  const bar = page.locator('main progress[value]');
  while (!(await result.isVisible())) {
    if (await bar.isVisible())
      values.add((await bar.getAttribute('value', { timeout: 500 }).catch(() => null)) ?? '');
    await page.waitForTimeout(50);
  }
  values.delete('');
  expect(values.size).toBeGreaterThan(0);
  await page.getByRole('table', { name: 'Table' }).getByRole('row').nth(1).waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await keepScreen(page, 'analyses');
  const rows = Number(/of ([\d,]+) rows/.exec((await page.getByText(/of [\d,]+ rows/).textContent())!)![1]);
  const path = await page.getByRole('link', { name: 'All as an Arrow stream' }).getAttribute('href');
  const stream = await (await fetch(`${address()}${path}`)).arrayBuffer();
  expect(tableFromIPC(new Uint8Array(stream)).numRows).toBe(rows);
  await expectSound(seen);
  // It has an address of its own, and stands in the list.
  await page.reload();
  await result.waitFor();
  const id = new URL(page.url()).searchParams.get('analysis');
  await page.locator(`main li a[href$="${id}"]`).waitFor();
});
