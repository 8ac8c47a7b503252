import type { ConnectionRow } from '@stratome/connectome';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../api-server.js';
import { plantConnectome } from '../graph-tissue.js';
import { openBrowser, seriousFaults, visit } from './browser.js';

/*
 * The web app over the planted connectome: what a push must not break. The journeys over a phantom are in
 * journeys.spec.ts.
 */

const dataset = 'browserShort';
const firstViewBytes = 350_000;

const browser: Browser | undefined = await openBrowser();
let api: TestApi;

beforeAll(async () => {
  if (browser) api = await startTestApi(dataset);
});

afterAll(async () => {
  await browser?.close();
  await api?.stop();
});

const inBrowser = it.runIf(browser);

inBrowser('the start page lists datasets, runs and services within its size', async () => {
  const { page, troubles, received } = await visit(browser!, api.address);
  await page.getByRole('heading', { name: dataset }).waitFor();
  await page.getByText('answers').first().waitFor();
  const card = page.locator('article', { hasText: dataset });
  // The counts come after the names.
  await expect.poll(() => card.locator('dd').first().textContent(), { timeout: 30_000 }).toBe('60');
  expect(await page.locator('.run', { hasText: dataset }).count()).toBe(1);
  expect(await page.locator('.services li').count()).toBe(2);
  expect(await seriousFaults(page)).toEqual([]);
  const total = [...received.values()].reduce((sum, bytes) => sum + bytes, 0);
  console.log(`first view: ${Math.round(total / 1000)} kB received`);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(firstViewBytes);
  expect(troubles).toEqual([]);
});

inBrowser('the stages of a run that goes on are shown as they come', async () => {
  const { page } = await visit(browser!, api.address);
  const run = page.locator('.run', { hasText: dataset });
  // A run under way opens its stages by itself, over the WebSocket.
  await run.getByRole('row', { name: /segment/ }).waitFor();
  expect(await run.getByRole('row', { name: /segment/ }).textContent()).toContain('1 / 1');
});

inBrowser('partners are those of the graph, strongest first, and the address keeps them', async () => {
  const { page, troubles } = await visit(browser!, `${api.address}/d/${dataset}/circuits/neurons`);
  await page.getByLabel('Neuron id').fill('1');
  await page.getByLabel('Neuron id').press('Enter');
  const outputs = page.getByRole('table', { name: 'Outputs (downstream)' });
  await outputs.getByRole('row').nth(1).waitFor();
  expect(new URL(page.url()).search).toBe('?id=1');
  const expected = (plantConnectome(dataset).connections as ConnectionRow[])
    .filter((c) => c.preBodyId === 1n && c.weight >= 1n)
    .map((c) => [String(c.postBodyId), String(c.weight)]);
  const rows = await outputs.getByRole('row').all();
  const cells = await Promise.all(rows.slice(1).map((row) => row.getByRole('cell').allTextContents()));
  const found = cells.map((texts) => [texts[0], texts[2]]);
  expect(found.toSorted()).toEqual(expected.toSorted());
  const weights = found.map(([, weight]) => Number(weight));
  expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  expect(await seriousFaults(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

inBrowser('each view shows the GraphQL and the Cypher behind it, to copy', async () => {
  const { page } = await visit(browser!, `${api.address}/d/${dataset}/circuits/matrix?ids=1,2,3,4,5,6`);
  await page.getByText('How this was asked').click();
  await page.getByText('UNWIND $preBodyIds').waitFor();
  await page.getByRole('button', { name: 'Copy: GraphQL' }).click();
  await page.getByText('Copied').waitFor();
  const copied = await page.evaluate('navigator.clipboard.readText()');
  expect(copied).toMatch(/^query connectionsBetween/);
  const answer = await api.ask(String(copied), { dataset, bodyIds: ['1', '2', '3'] });
  expect(answer.errors).toBeUndefined();
});

inBrowser('a lost connection is shown, and what was missed is asked again when it is back', async () => {
  const { page } = await visit(browser!, api.address);
  await page.getByText('answers').first().waitFor();
  await page.context().setOffline(true);
  await page.getByText('The connection to the API is lost').waitFor({ timeout: 60_000 });
  await page.context().setOffline(false);
  await page.getByText('The connection to the API is lost').waitFor({ state: 'detached', timeout: 60_000 });
  await page.getByRole('heading', { name: dataset }).waitFor();
});

inBrowser('what does not exist is said in a sentence with a way on', async () => {
  const { page } = await visit(browser!, `${api.address}/d/nowhere/circuits/partners?id=1`);
  expect(await page.getByRole('alert').textContent()).toMatch(/no dataset "nowhere"/);
  await page.goto(`${api.address}/d/${dataset}/circuits/partners?id=12345`);
  expect(await page.getByRole('alert').textContent()).toMatch(/no body 12345/);
});

inBrowser.each(['', `d/${dataset}/circuits/neurons`, `d/${dataset}/quality`, `d/${dataset}/cypher`])(
  '/%s fits a phone, and reads well in the dark',
  async (path) => {
    const small = { width: 390, height: 800, scheme: 'dark' as const };
    const { page } = await visit(browser!, `${api.address}/${path}`, small);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
  },
);
