import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { stratome } from '../stratome-command.js';
import sharp from 'sharp';
import { expectDrawn, openBrowser, seriousFaults, visit, type Visit } from './browser.js';

/*
 * Two phantoms taken through all stages, one of them with a staining gradient planted in it, and the web app over them as
 * a user would use it. The pictures are those of docs/screens; STRATOME_SCREENS=1 writes them anew. STRATOME_SERVED
 * names an API that serves both already.
 */

const dataset = 'phantom';
/** A phantom large enough to be diagnosed, less stained in a corner. */
const stained = 'stained';
const corner = '0,0,0:128,208,224';
const root = fileURLToPath(new URL('../..', import.meta.url));
const screens = fileURLToPath(new URL('../../docs/screens', import.meta.url));
const browser: Browser | undefined = await openBrowser();
let api: ChildProcess | undefined;
let address = process.env.STRATOME_SERVED ?? '';

/** Starts the API as `stratome serve` does, over the servers of the tests. */
function startApi(): Promise<string> {
  api = fork(`${root}/apps/api/dist/main.js`, { env: { ...process.env, STRATOME_PORT: '0' }, silent: true });
  return new Promise((done, fail) => {
    api!.once('message', (message) => done((message as { ready: string }).ready));
    api!.once('exit', (code) => fail(new Error(`The API ended with ${code}.`)));
  });
}

/** The phantom of docs/tutorials/staining-gradient.md: less contrast in a corner of the tiles, and all stages. */
async function plantStaining(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stained-'));
  const [tiles, faulty] = [join(folder, 'tiles'), join(folder, 'faulty')];
  const fault = ['--box', corner, '--strength', '0.8'];
  const tissue = ['--seed', '160', '--shape', '128,352,384', '--parameters', '{"synapsesPerCubicUm": 60}'];
  for (const command of [
    ['phantom', '--out', tiles, ...tissue],
    ['plant', 'stainingGradient', '--input', tiles, '--out', faulty, ...fault],
    ['start', '--once', '--input', faulty, '--name', stained],
  ]) {
    const { json } = await stratome(...command);
    expect(json.error).toBeUndefined();
  }
  await rm(folder, { recursive: true });
}

beforeAll(async () => {
  if (!browser || address !== '') return;
  const { json } = await stratome('start', '--once', '--tiny', '--name', dataset, '--seed', '9101');
  expect(json.error).toBeUndefined();
  await plantStaining();
  address = await startApi();
}, 2_400_000);

afterAll(async () => {
  await browser?.close();
  api?.kill('SIGTERM');
});

const inBrowser = it.runIf(browser);
const open = (path: string, options?: Parameters<typeof visit>[2]) =>
  visit(browser!, `${address}${path}`, options);

async function keepScreen(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot();
  await expectDrawn(picture);
  if (process.env.STRATOME_SCREENS !== '1') return;
  await mkdir(screens, { recursive: true });
  await writeFile(`${screens}/${name}.png`, picture);
}

async function expectSound({ page, troubles }: Visit): Promise<void> {
  expect(await seriousFaults(page)).toEqual([]);
  expect(troubles).toEqual([]);
}

inBrowser('start: the dataset and its finished run', async () => {
  const seen = await open('/');
  await seen.page.getByRole('heading', { name: dataset, exact: true }).waitFor();
  await seen.page.getByRole('button', { name: 'Stages' }).first().click();
  await seen.page.getByRole('row', { name: /affinities/ }).waitFor();
  await keepScreen(seen.page, 'start');
  await expectSound(seen);
});

inBrowser('circuits: from the list to a neuron, its partners, its graph and into 3-D', async () => {
  const seen = await open(`/d/${dataset}/circuits/neurons`);
  const { page } = seen;
  const list = page.getByRole('table', { name: 'Neurons' });
  await list.getByRole('button', { name: /^Post/ }).click();
  const most = list.getByRole('row').nth(1);
  const bodyId = await most.getByRole('cell').first().textContent();
  await keepScreen(page, 'circuits-neurons');
  await most.getByRole('link').first().click();
  await page.getByRole('heading', { name: `Partners of neuron ${bodyId}` }).waitFor();
  const inputs = page.getByRole('table', { name: 'Inputs (upstream)' });
  expect(await inputs.getByRole('row').count()).toBeGreaterThan(1);
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

inBrowser(
  'quality: a measure, a section, a box against the rest and another, and the numbers as a file',
  async () => {
    const seen = await open(`/d/${stained}/quality?m=L1/membraneContrast`);
    const { page } = seen;
    const map = page.getByRole('img', { name: /Map of L1 membrane contrast/ });
    await page.getByRole('button', { name: 'Download CSV: L1 membrane contrast' }).waitFor();
    const slider = page.getByRole('slider');
    await slider.focus();
    await slider.press('Home');
    await page.getByText('Section z 0 of 127').waitFor();
    const box = (await map.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
    await page
      .getByText(/^Here [\d.]+/)
      .first()
      .waitFor();
    await page.keyboard.down('Shift');
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.06, box.y + box.height * 0.06, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.getByRole('heading', { name: /^Selection/ }).waitFor();
    const rows = page.locator('section[aria-labelledby=selection] tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(3);
    await expectDrawn(await map.screenshot(), 3);
    const [inside, outside] = await Promise.all(
      [0, 1].map(async (i) => Number(await rows.nth(i).locator('td').first().textContent())),
    );
    expect(Math.min(inside, outside)).toBeGreaterThan(5);
    // The corner is less stained, beyond what chance does.
    expect(await rows.nth(2).textContent()).toMatch(
      /^Difference-\d+ %-[\d.]+ \(95 % interval -[\d.]+ … -[\d.]+, p 0\.0/,
    );
    await page.waitForTimeout(500);
    await page.evaluate('scrollTo(0, 0)');
    await keepScreen(page, 'quality');
    await page.getByLabel(/^Against another box/).fill('256,0 to 352,320');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('row', { name: /^Other box/ }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV: L1 membrane contrast' }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1 + 11 * 10 * 4);
    await expectSound(seen);
  },
);

/** Spread of grey levels of a picture of the page, standard deviation. */
async function spreadOf(picture: Buffer): Promise<number> {
  const { channels } = await sharp(picture).greyscale().stats();
  return channels[0].stdev;
}

inBrowser(
  'diagnosis: from fewer connections to the staining, with pictures, kept under its own address',
  async () => {
    const seen = await open(`/d/${stained}/diagnosis`);
    const { page } = seen;
    await page.getByLabel(/^Region/).fill('0,0,0 to 224,208,128');
    await page.getByRole('button', { name: 'Apply' }).click();
    expect(new URL(page.url()).searchParams.get('region')).toBe('0,0,0 to 224,208,128');
    await page.getByRole('button', { name: 'Diagnose' }).click();
    await page.locator('#verdict').waitFor({ timeout: 120_000 });
    expect(await page.locator('#verdict').textContent()).toBe('Root cause: L1, staining gradient');
    expect(new URL(page.url()).pathname).toMatch(/\/diagnosis\/[0-9a-f]{32}$/);
    const layers = await page.locator('.step h3').allTextContents();
    expect(layers.map((text) => text.slice(0, 2))).toEqual(['L5', 'L4', 'L3', 'L2', 'L1']);
    await page.locator('.patch canvas[data-drawn]').nth(9).waitFor({ timeout: 60_000 });
    const patches = page.locator('#L1 .patch canvas');
    const [here, there] = [
      await spreadOf(await patches.nth(0).screenshot()),
      await spreadOf(await patches.nth(1).screenshot()),
    ];
    expect(here).toBeLessThan(0.8 * there);
    await page.setViewportSize({ width: 1280, height: 1180 });
    await page.waitForTimeout(500);
    await page.evaluate('scrollTo(0, 0)');
    await keepScreen(page, 'diagnosis');
    await page
      .getByText(/All evidence of this layer/)
      .last()
      .click();
    await page
      .getByRole('row', { name: /membrane contrast/ })
      .first()
      .waitFor();
    const report = await page.getByRole('link', { name: 'Open as HTML' }).getAttribute('href');
    const answer = await fetch(`${address}${report}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<svg');
    await expectSound(seen);
    await page.reload();
    await page.locator('#verdict').waitFor();
    await page.getByRole('link', { name: /All diagnoses/ }).click();
    await page.getByRole('link', { name: 'L1 staining gradient' }).first().waitFor();
  },
);

inBrowser('diagnosis: of too small a dataset is not made up', async () => {
  const { page } = await open(`/d/${dataset}/diagnosis`);
  await page.getByRole('button', { name: 'Diagnose' }).click();
  await page.locator('#verdict').waitFor({ timeout: 120_000 });
  expect(await page.locator('#verdict').textContent()).toMatch(/Too few|Nothing deviates/);
});

inBrowser('provenance: the runs behind a neuron with their six fields, down to tiles', async () => {
  const seen = await open(`/d/${dataset}/circuits/neurons`);
  const { page } = seen;
  const list = page.getByRole('table', { name: 'Neurons' });
  await list.getByRole('row').nth(1).getByRole('link').first().click();
  await page.getByRole('link', { name: 'Provenance' }).nth(1).click();
  await page.getByRole('heading', { name: /Tiles whose pixels it rests on \([1-9]/ }).waitFor();
  await page.getByRole('row', { name: /L1 ingest/ }).waitFor();
  await page.getByRole('img', { name: /Graph of runs/ }).waitFor();
  await page.waitForTimeout(500);
  await keepScreen(page, 'provenance');
  await page.getByLabel('Second run').selectOption({ index: 3 });
  expect(await page.locator('tr.differs').count()).toBeGreaterThan(0);
  await expectSound(seen);
});

inBrowser('console: a query in three forms, and a refusal of what writes', async () => {
  const seen = await open(`/d/${dataset}/cypher`);
  const { page } = seen;
  await page.getByRole('textbox', { name: 'Statement' }).press('Control+Enter');
  await page.getByText(/\d+ rows in/).waitFor();
  const rows = Number(/^(\d+)/.exec((await page.getByText(/\d+ rows in/).textContent())!)![1]);
  expect(rows).toBeGreaterThan(0);
  await page.getByRole('tab', { name: 'Graph' }).click();
  await page.getByText(new RegExp(`\\d+ nodes, ${rows} relationships`)).waitFor();
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

inBrowser('3-D: Neuroglancer shows image, segmentation and synapses', async () => {
  const seen = await open(`/d/${dataset}/circuits/neurons`);
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

inBrowser('circuits: a table of 5,000 partners holds few rows at a time and scrolls to its end', async () => {
  const { page } = await open('/');
  await page.route('**/graphql', async (route) => {
    const { query, variables } = route.request().postDataJSON() as {
      query: string;
      variables: { direction?: string; after?: string };
    };
    if (!query.includes('query partners(') || variables.direction !== 'upstream') return route.continue();
    const from = Number(variables.after ?? 0);
    const items = Array.from({ length: 1000 }, (_, i) => ({
      partnerId: String(from + i + 1),
      partnerType: null,
      weight: String(5000 - from - i),
      weightHP: '0',
      excitatoryShare: 1,
      meanConfidence: 0.9,
    }));
    const next = from + 1000 < 5000 ? String(from + 1000) : null;
    return route.fulfill({ json: { data: { partners: { next, items } } } });
  });
  await page.goto(`${address}/d/${dataset}/circuits/partners?id=1`);
  const table = page.getByRole('table', { name: 'Inputs (upstream)' });
  await page.getByRole('heading', { name: 'Inputs (upstream) (5,000)' }).waitFor();
  expect(await table.getAttribute('aria-rowcount')).toBe('5001');
  expect(await table.getByRole('row').count()).toBeLessThan(80);
  await table.focus();
  await page.keyboard.press('End');
  await table.getByRole('link', { name: '5000', exact: true }).waitFor();
});

/** A field of 316 × 317 cells in one section, as the API would give it. */
function largeField() {
  const values = Array.from({ length: 316 * 317 }, (_, i) => {
    const [x, y] = [i % 316, Math.floor(i / 316)];
    const begin = { x: x * 10, y: y * 10, z: 0 };
    const value = Math.sin(x / 20) + Math.cos(y / 30);
    return {
      cellKey: String(i),
      grid: 'cell',
      value,
      count: '1',
      box: { begin, end: { x: begin.x + 10, y: begin.y + 10, z: 24 } },
    };
  });
  return { layer: 'L4', measure: 'synapseDensity', unit: '1/µm³', revision: '1', values };
}

inBrowser('quality: a field of 100,000 cells is drawn and moved', async () => {
  const { page } = await open('/');
  await page.route('**/graphql', async (route) => {
    const { query } = route.request().postDataJSON() as { query: string };
    if (query.includes('query qualityField'))
      return route.fulfill({ json: { data: { qualityField: largeField() } } });
    if (!query.includes('query measures')) return route.continue();
    const [shape, voxelNm] = [
      { x: 3160, y: 3170, z: 24 },
      { x: 10, y: 10, z: 10 },
    ];
    const one = {
      layer: 'L4',
      measure: 'synapseDensity',
      unit: '1/µm³',
      cells: '100172',
      sections: '0',
      meaning: 'Synapses per volume',
      high: 'either',
      lastRevision: '1',
    };
    return route.fulfill({ json: { data: { dataset: { revision: '1', voxelNm, shape, measures: [one] } } } });
  });
  await page.goto(`${address}/d/${dataset}/quality`);
  await page.getByRole('button', { name: /Download CSV/ }).waitFor();
  const map = page.getByRole('img', { name: /Map of/ });
  await expectDrawn(await map.screenshot(), 60);
  const box = (await map.boundingBox())!;
  await page.evaluate(`
    window.frames_ = 0;
    (function count() { window.frames_++; requestAnimationFrame(count); })();
  `);
  await page.mouse.move(box.x + 100, box.y + 100);
  await page.mouse.down();
  const startedMs = performance.now();
  const before = Number(await page.evaluate('window.frames_'));
  for (let i = 0; i < 60; i++) await page.mouse.move(box.x + 100 + 2 * i, box.y + 100 + i);
  const drawn = Number(await page.evaluate('window.frames_')) - before;
  await page.mouse.up();
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`100,172 cells: ${(drawn / seconds).toFixed(0)} frames a second while moved`);
  expect(drawn).toBeGreaterThan(0);
});
