import { expect } from 'vitest';
import { stratome } from '../stratome-command.js';
import { expectSound, journeysOver, keepScreen } from './journeys.js';
import { phantom, serve } from './served-phantoms.js';

const { journey, open, visitAt } = await journeysOver(phantom);

journey('start: the dataset and its finished run', async () => {
  const seen = await open('/');
  const { page } = seen;
  await page.getByRole('heading', { name: phantom, exact: true }).waitFor();
  const run = page.locator('.run', { hasText: phantom }).last();
  await run.getByRole('button', { name: 'Stages' }).press('Enter');
  await run.getByRole('row', { name: /affinities/ }).waitFor();
  await page.getByText('answers').first().waitFor();
  // The counts come after the names.
  const counting = page.locator('.facts dd', { hasText: '…' });
  await expect.poll(() => counting.count(), { timeout: 30_000 }).toBe(0);
  await keepScreen(page, 'start');
  await expectSound(seen);
});

journey('start: a run is watched stage by stage from its start to its end', async () => {
  const seen = await open('/');
  const { page } = seen;
  await page.getByRole('heading', { name: phantom, exact: true }).waitFor();
  // Never the same images twice: what was computed before would be reused.
  const seed = String(Date.now() % 1e9);
  const running = stratome('start', '--once', '--tiny', '--name', 'watched', '--seed', seed);
  const run = page.locator('.run', { hasText: 'watched' }).first();
  await run.and(page.locator('[data-state=running]')).waitFor({ timeout: 120_000 });
  // The stages of a run under way open by themselves.
  const tasksOf = (stage: string) => run.getByRole('row', { name: stage }).getByRole('cell').nth(2);
  await tasksOf('ingest').waitFor();
  const shown = new Set<string>();
  const ended = run.and(page.locator('[data-state=done]'));
  while (!(await ended.isVisible())) {
    const now = await tasksOf('affinities')
      .textContent({ timeout: 5000 })
      .catch(() => '');
    if (now) shown.add(now);
    await page.waitForTimeout(200);
  }
  // Affinities come block by block, and none was made before.
  expect([...shown]).toEqual(expect.arrayContaining([expect.stringMatching(/^0 \/ /)]));
  expect(shown.size).toBeGreaterThan(2);
  const { json } = await running;
  expect(json.error).toBeUndefined();
  const [done, all] = (await tasksOf('graph').textContent())!.split(' / ');
  expect([done, all]).toEqual(['1', '1']);
  // The card comes without the page being loaded again.
  const card = page.locator('article', { hasText: 'watched' });
  await card.getByText('Connections').waitFor({ timeout: 30_000 });
  await expectSound(seen);
});

journey('a lost connection is shown on any page, and what goes on is seen when it is back', async () => {
  const first = await serve();
  const { page, troubles } = await visitAt(`${first.address}/`);
  await page.getByText('answers').first().waitFor();
  const lost = page.getByText('The connection to the API is lost');
  await page.getByRole('link', { name: `Revisions: ${phantom}` }).press('Enter');
  await page.getByRole('heading', { name: 'Revisions' }).waitFor();
  await first.stop();
  await lost.waitFor({ timeout: 30_000 });
  const second = await serve(new URL(first.address).port);
  try {
    await lost.waitFor({ state: 'detached', timeout: 30_000 });
    await page.getByRole('link', { name: 'Circuits' }).press('Enter');
    await page.getByRole('table', { name: 'Neurons' }).waitFor();
    // Chromium itself writes a line for each request that found no server.
    expect(troubles.filter((line) => !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(line))).toEqual([]);
  } finally {
    await second.stop();
  }
});
