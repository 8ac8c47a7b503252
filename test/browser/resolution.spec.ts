import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { askApi, expectSound, journeysOver, keepScreen } from './journeys.js';
import { stained, stainedCorner } from './served-phantoms.js';

/* What is done about a diagnosis. Each journey ends with the state it found, brought back by a rollback. */

const { journey, open, address } = await journeysOver(stained);

/** Part of the stained corner: a region is made again in minutes. */
const part = '0,0,0 to 128,128,64';

async function diagnose(region: string) {
  const seen = await open(`/d/${stained}/diagnosis?region=${encodeURIComponent(region)}`);
  await seen.page.getByRole('button', { name: 'Diagnose' }).press('Enter');
  await seen.page.locator('#verdict').waitFor({ timeout: 120_000 });
  return seen;
}

const headRevision = async (): Promise<number> => {
  const { dataset } = await askApi(address(), `{ dataset(name: "${stained}") { revision } }`);
  return Number(dataset.revision);
};

/** Counts of a dataset as readers see them. */
const summary = async () =>
  (await askApi(address(), `{ dataset(name: "${stained}") { summary { neurons synapses connections } } }`))
    .dataset.summary;

/** Rolls back on the page of revisions, by keyboard, and gives the number of the revision that came of it. */
async function rollBack(page: Page, to: number): Promise<number> {
  const before = await headRevision();
  const choice = page.getByRole('radio', { name: `After: revision ${to}`, exact: true });
  await page
    .getByRole('row')
    .filter({ has: choice })
    .getByRole('button', { name: 'Roll back to it' })
    .press('Enter');
  await page.getByText(`Readers will see revision ${to} again.`).waitFor();
  await page.getByRole('button', { name: 'Roll back', exact: true }).press('Enter');
  const restored = page.locator('tbody tr', { hasText: 'what readers see' });
  await restored.getByText(`rollback to ${to}`).waitFor({ timeout: 120_000 });
  expect(await headRevision()).toBe(before + 1);
  return before + 1;
}

journey(
  'a region is made again from its diagnosis, seen before and after, taken back and brought forward again',
  { timeout: 1_500_000 },
  async () => {
    const [first, counted] = [await headRevision(), await summary()];
    const seen = await diagnose(part);
    const { page } = seen;
    const card = page.locator('article', { hasText: 'Make the region again' });
    await card.getByLabel('From').selectOption('L4');
    await card.getByLabel('Parameter').fill('synapse.threshold=0.4');
    await card.getByRole('button', { name: 'What would it cost?' }).press('Enter');
    expect(await card.getByRole('alert').textContent()).toMatch(/synapse\.threshold/);
    await card.getByLabel('Parameter').fill('synapse.cleftThreshold=0.9');
    await card.getByRole('button', { name: 'What would it cost?' }).press('Enter');
    await card
      .getByText(/^About .* of processor time for 0, 0, 0 – 128, 128, 64: 7 % of the volume/)
      .waitFor();
    await card.getByText('By stage').press('Enter');
    expect(await card.getByRole('row', { name: /^synapsemaps/ }).textContent()).toMatch(/1 of 18 tasks/);
    // The estimate is of what was asked: another setting has to be estimated first.
    await card.getByLabel('Parameter').fill('synapse.cleftThreshold=0.35');
    expect(await card.getByRole('button', { name: 'Make it again' }).isDisabled()).toBe(true);
    await card.getByRole('button', { name: 'What would it cost?' }).press('Enter');
    await card.getByText(/^About /).waitFor();
    await card.getByRole('button', { name: 'Make it again' }).press('Enter');
    await card.getByRole('progressbar').waitFor({ timeout: 60_000 });
    const ended = card.getByText(/^Done: revision \d+ is what readers see now/);
    await ended.or(card.getByRole('alert')).waitFor({ timeout: 1_200_000 });
    expect(await card.getByRole('alert').allTextContents()).toEqual([]);
    const second = await headRevision();
    expect(second).toBeGreaterThan(first);
    await card.getByRole('link', { name: 'Before and after' }).press('Enter');
    await page.getByRole('heading', { name: `From revision ${first} to revision ${second}` }).waitFor();
    const synapses = page.getByRole('row', { name: /^Synapses/ });
    await synapses.waitFor();
    const changed = await synapses.getByRole('cell').allTextContents();
    expect(changed.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0)).toBeGreaterThan(0);
    const connections = page.getByRole('table', { name: 'Connections before and after' });
    await connections.getByRole('row').nth(1).waitFor();
    const [, , before, after, change] = await connections
      .getByRole('row')
      .nth(1)
      .getByRole('cell')
      .allTextContents();
    expect(Number(after) - Number(before)).toBe(Number(change));
    await page.getByRole('button', { name: 'Count the voxels that differ' }).press('Enter');
    await page.getByText('No voxel differs.').waitFor({ timeout: 60_000 });
    await page.setViewportSize({ width: 1280, height: 1100 });
    await keepScreen(page, 'revisions');
    await expectSound(seen);

    const changedCounts = await summary();
    expect(changedCounts).not.toEqual(counted);
    const third = await rollBack(page, first);
    expect(await summary()).toEqual(counted);
    await page.getByRole('radio', { name: `Before: revision ${first}`, exact: true }).check();
    await page.getByRole('radio', { name: `After: revision ${third}`, exact: true }).check();
    await page.getByText('No connection differs.').waitFor();
    await rollBack(page, second);
    expect(await summary()).toEqual(changedCounts);
    await rollBack(page, first);
    expect(await summary()).toEqual(counted);
  },
);

journey('a region is flagged from its diagnosis, and masks heed it', { timeout: 600_000 }, async () => {
  const first = await headRevision();
  const seen = await diagnose(stainedCorner);
  const { page } = seen;
  const card = page.locator('article', { hasText: 'Flag the region' });
  await card.getByRole('button', { name: 'Flag' }).press('Enter');
  // Without a name it is not sent; the browser says which field is missing.
  expect(await card.locator('input:invalid').getAttribute('name')).toBe('author');
  expect(await headRevision()).toBe(first);
  await card.getByLabel('Your name').fill('A. Reader');
  expect(await card.getByLabel('Reason').inputValue()).toBe('staining gradient');
  await card.getByLabel('How bad').selectOption('exclude');
  await card.getByLabel('Reason').press('Enter');
  await card.getByText(/^Flagged; revision \d+\./).waitFor();
  const { flags } = await askApi(
    address(),
    `{ flags(dataset: "${stained}") { author reason severity layer } }`,
  );
  expect(flags).toEqual([
    { author: 'A. Reader', reason: 'staining gradient', severity: 'exclude', layer: 'L1' },
  ]);
  await expectSound(seen);

  await page.goto(`${address()}/d/${stained}/circuits/neurons?minSynapses=1`);
  const shown = page.getByText(/^[\d,]+ neurons/);
  const counted = async () => Number(/[\d,]+/.exec((await shown.textContent())!)![0].replaceAll(',', ''));
  await shown.waitFor();
  const all = await counted();
  await page.getByLabel('Synapses in flagged cells').selectOption('exclude');
  await page.getByRole('button', { name: 'Find' }).press('Enter');
  await page.waitForURL(/mask=exclude/);
  await expect.poll(counted, { timeout: 30_000 }).toBeLessThan(all);

  await page.goto(`${address()}/d/${stained}/revisions`);
  await page
    .getByRole('row', { name: /A\. Reader/ })
    .first()
    .waitFor();
  await rollBack(page, first);
  expect((await askApi(address(), `{ flags(dataset: "${stained}") { flagId } }`)).flags).toEqual([]);
});

journey('the proofreading queue of a region leads to each doubtful place in 3-D', async () => {
  const seen = await diagnose(stainedCorner);
  const { page } = seen;
  const card = page.locator('article', { hasText: 'Proofread' });
  await card.getByRole('button', { name: 'Show the queue' }).press('Enter');
  await card.getByText(/^\d+ of [\d,]+, the most rewarding first\./).waitFor({ timeout: 120_000 });
  const items = card.getByRole('listitem');
  expect(await items.first().textContent()).toMatch(/wrong with 0\.\d+, \d+ synapses/);
  await expectSound(seen);
  await items.first().getByRole('link').press('Enter');
  await page.getByTitle('Neuroglancer').waitFor();
  expect(new URL(page.url()).search).toMatch(/^\?at=[\d.]+,[\d.]+,[\d.]+&bodies=\d+/);
});
