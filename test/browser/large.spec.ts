import { tallySynapses, type SynapseRow } from '@stratome/connectome';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type Planted, type TestApi } from '../api-server.js';
import { plantConnectome, runId } from '../graph-tissue.js';
import { expectDrawn, openBrowser, visit } from './browser.js';
import { askApi } from './journeys.js';

/*
 * A neuron with 5,000 inputs, one of its outputs with 2,500 synapses, and a field of 100,172 cells, written to the graph
 * as the pipeline's last stage writes them, read through the real API. Times are printed, for docs/web.md; what is asserted
 * is that all of it is there.
 */

const dataset = 'browserLarge';
const inputs = 5000;
const strongOutput = 2500;
const [cellsX, cellsY, cellVoxels] = [316, 317, 10];
const browser: Browser | undefined = await openBrowser();
let api: TestApi;

/** Body n + 1 makes 1 + (n mod 7) synapses onto body 1, which makes many onto body 2. */
function plantHub(synapseOf: SynapseRow): SynapseRow[] {
  const synapses: SynapseRow[] = [];
  for (let n = 1; n <= inputs; n++)
    for (let i = 0; i <= n % 7; i++) {
      const synapseId = BigInt(synapses.length + 1);
      synapses.push({ ...synapseOf, synapseId, preBodyId: BigInt(n + 1), postBodyId: 1n, confidence: 0.9 });
    }
  for (let i = 0; i < strongOutput; i++) {
    const synapseId = BigInt(synapses.length + 1);
    synapses.push({ ...synapseOf, synapseId, preBodyId: 1n, postBodyId: 2n, confidence: 0.9 });
  }
  return synapses;
}

function plant(): Planted {
  const small = plantConnectome(dataset, inputs + 1, 1);
  const synapses = plantHub((small.synapses as SynapseRow[])[0]);
  const thresholds = { postHighAccuracy: 0.5, postHP: 0.8, preHP: 0.8 };
  const { connections, counts } = tallySynapses(synapses, thresholds);
  const cells = Array.from({ length: cellsX * cellsY }, (_, i) => {
    const [x, y] = [(i % cellsX) * cellVoxels, Math.floor(i / cellsX) * cellVoxels];
    const box = { begin: [0, y, x], end: [24, y + cellVoxels, x + cellVoxels] } as const;
    return { cellKey: `large/${i}`, grid: 'cell' as const, box };
  });
  const measurements = cells.map(({ cellKey }, i) => ({
    cellKey,
    layer: 'L4' as const,
    measure: 'synapseDensity',
    value: Math.sin((i % cellsX) / 20) + Math.cos(Math.floor(i / cellsX) / 30),
    unit: '1/µm³',
    count: 1n,
    runId: runId(dataset, 'synapses'),
  }));
  const neurons = [...small.neurons].map((neuron) => ({ ...neuron, ...counts.get(neuron.bodyId) }));
  const rows = {
    ...small,
    synapses,
    connections,
    neurons,
    cells: [...small.cells, ...cells],
    measurements: [...small.measurements, ...measurements],
  };
  return { rows, shape: [24, cellsY * cellVoxels, cellsX * cellVoxels] };
}

beforeAll(async () => {
  if (browser) api = await startTestApi(dataset, { planted: plant() });
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await api?.stop();
});

const inBrowser = it.runIf(browser);

interface Frames {
  readonly perSecond: number;
  /** The longest time between two frames, ms. */
  readonly longestMs: number;
}

/** Frames that the page draws while something is done to it. */
async function framesDuring(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(`
    window.frameTimes = [];
    (function note(now) { frameTimes.push(now); window.frameNote = requestAnimationFrame(note); })(performance.now());
  `);
  await act();
  const times = (await page.evaluate('cancelAnimationFrame(frameNote), frameTimes')) as number[];
  const gaps = times.slice(1).map((now, i) => now - times[i]);
  const totalMs = times.at(-1)! - times[0];
  return { perSecond: (1000 * gaps.length) / totalMs, longestMs: Math.max(...gaps) };
}

const inWords = ({ perSecond, longestMs }: Frames) =>
  `${perSecond.toFixed(0)} frames a second, the longest ${longestMs.toFixed(0)} ms`;

inBrowser('the first view comes whole and small, and is painted', async () => {
  const { page, received } = await visit(browser!, api.address);
  const there = page.getByRole('heading', { name: dataset });
  await there.waitFor();
  const bytes = [...received.values()].reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(350_000);
  await expectDrawn(await page.screenshot());
  const session = await page.context().newCDPSession(page);
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const paints: number[] = [];
  const filled: number[] = [];
  for (let round = 0; round < 5; round++) {
    await page.reload();
    await there.waitFor();
    filled.push(Number(await page.evaluate('performance.now()')));
    paints.push(
      Number(await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`)),
    );
  }
  const text = (times: number[]) => times.map((ms) => ms.toFixed(0)).join(', ');
  console.log(
    `first view, nothing cached: ${(bytes / 1000).toFixed(0)} kB, painted after ${text(paints)} ms`,
  );
  console.log(`its datasets are there after ${text(filled)} ms`);
});

inBrowser('a table of 5,000 partners holds few rows at a time, and all of them are reached', async () => {
  const { page } = await visit(browser!, `${api.address}/d/${dataset}/circuits/partners?id=1`);
  const table = page.getByRole('table', { name: 'Inputs (upstream)' });
  await page.getByRole('heading', { name: 'Inputs (upstream) (5,000)' }).waitFor({ timeout: 60_000 });
  expect(await table.getAttribute('aria-rowcount')).toBe('5001');
  // The first cell of each row that is drawn.
  const firstCells = '[role=table][aria-label^=Inputs] [role=row] > [role=cell]:first-child';
  const shownIds = async () =>
    (await page.evaluate(
      `[...document.querySelectorAll('${firstCells}')].map((cell) => cell.textContent)`,
    )) as string[];
  expect(await table.getByRole('row').count()).toBeLessThan(80);
  await table.hover();
  const reached = new Set<string>();
  const frames = await framesDuring(page, async () => {
    for (let moved = 0; moved < inputs * 30; moved += 400) {
      await page.mouse.wheel(0, 400);
      for (const id of await shownIds()) reached.add(id);
    }
  });
  console.log(`5,000 partners scrolled by the wheel: ${inWords(frames)}`);
  expect(reached.size).toBe(inputs);
  await table.focus();
  await page.keyboard.press('Home');
  // Sorted by weight upwards: those of one synapse come first.
  await table.getByRole('button', { name: /^Weight/ }).click();
  await table.getByRole('button', { name: /^Weight/ }).click();
  await expect
    .poll(async () => (await table.getByRole('row').nth(1).getByRole('cell').nth(2).textContent())!, {
      timeout: 30_000,
    })
    .toBe('1');
});

inBrowser('a connection of 2,500 synapses shows all of them', async () => {
  const { page } = await visit(browser!, `${api.address}/d/${dataset}/provenance?of=connection&pre=1&post=2`);
  await page.getByRole('heading', { name: 'Synapses of the connection (2,500)', exact: true }).waitFor();
  const table = page.getByRole('table', { name: 'Synapses of the connection' });
  await table.focus();
  await page.keyboard.press('End');
  const { synapsesOfConnection } = await askApi(
    api.address,
    `{synapsesOfConnection(dataset: "${dataset}", preBodyId: "1", postBodyId: "2", first: 1000) {siteId}}`,
  );
  const ofFirstPage = Number(synapsesOfConnection.at(-1).siteId);
  const last = () => table.getByRole('row').last().getByRole('cell').first().textContent();
  await expect
    .poll(async () => Number(await last()), { timeout: 30_000 })
    .toBeGreaterThan(ofFirstPage + 1000);
});

inBrowser('a field of 100,000 cells is drawn, moved and zoomed', async () => {
  const { page } = await visit(browser!, `${api.address}/d/${dataset}/quality?m=L4/synapseDensity`);
  const startedMs = performance.now();
  await page.getByRole('button', { name: /Download CSV: L4 synapse density/ }).waitFor({ timeout: 120_000 });
  console.log(`100,172 cells were there after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  const map = page.getByRole('img', { name: /Map of L4 synapse density/ });
  await expectDrawn(await map.screenshot(), 60);
  const before = await map.screenshot();
  const box = (await map.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  const frames = await framesDuring(page, async () => {
    await page.mouse.down();
    for (let i = 0; i < 120; i++) await page.mouse.move(x + 60 * Math.sin(i / 10), y + i / 2);
    await page.mouse.up();
    for (let i = 0; i < 20; i++) await page.mouse.wheel(0, i < 10 ? -100 : 100);
  });
  console.log(`100,172 cells moved and zoomed: ${inWords(frames)}`);
  const after = await map.screenshot();
  await expectDrawn(after, 60);
  expect(after.equals(before)).toBe(false);
  await page.mouse.move(x, y);
  await page
    .getByText(/^Here -?[\d.]+/)
    .first()
    .waitFor();
});

inBrowser('a long analysis says how far it is until it is done', async () => {
  const { page } = await visit(browser!, `${api.address}/d/${dataset}/circuits/analyses`);
  await page.getByLabel('Analysis').selectOption({ label: 'motifs' });
  await page.getByLabel('Parameters, JSON').fill('{"draws": 10}');
  await page.getByLabel('Parameters, JSON').press('Enter');
  const bar = page.getByRole('progressbar', { name: 'Progress of the analysis' });
  await bar.waitFor();
  const seen = new Set<string | null>();
  const result = page.getByRole('heading', { name: /^motifs of revision 1/ });
  while (!(await result.isVisible())) {
    seen.add(await bar.getAttribute('value', { timeout: 1000 }).catch(() => null));
    await page.waitForTimeout(50);
  }
  seen.delete(null);
  expect(seen.size).toBeGreaterThan(2);
});
