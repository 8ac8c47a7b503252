import { expect, it } from 'vitest';
import { journeys } from './journeys.js';

journey('circuits: a table of 5,000 partners holds few rows at a time and scrolls to its end', async () => {
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
  await page.goto(`${address}/d/${phantom}/circuits/partners?id=1`);
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

journey('quality: a field of 100,000 cells is drawn and moved', async () => {
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
  await page.goto(`${address}/d/${phantom}/quality`);
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
