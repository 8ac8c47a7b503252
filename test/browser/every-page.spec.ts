import { expect } from 'vitest';
import { seriousFaults } from './browser.js';
import { askApi, journeysOver, type Data } from './journeys.js';
import { stained, stainedCorner } from './served-phantoms.js';

/* What holds of every page: it can be read by a screen reader, in light and in dark, and fits a phone. */

const { journey, open, address } = await journeysOver(stained);

/** How far content may jump under a reader's eyes; what is called good by web.dev/cls. */
const mostShift = 0.1;

/** Ids that stand in addresses: those of the strongest connection, and of a diagnosis. */
async function known(): Promise<{ pre: string; post: string; site: string; diagnosis: string }> {
  const ask = (query: string): Promise<Data> => askApi(address(), query);
  const { dataset } = await ask(
    `{ dataset(name: "${stained}") { connections(first: 1) { preBodyId postBodyId } } }`,
  );
  const { preBodyId: pre, postBodyId: post } = dataset.connections[0];
  const { synapsesOfConnection } = await ask(
    `{ synapsesOfConnection(dataset: "${stained}", preBodyId: "${pre}", postBodyId: "${post}") { siteId } }`,
  );
  const [begin, end] = stainedCorner
    .split(' to ')
    .map((corner) => corner.split(','))
    .map(([x, y, z]) => `{ x: ${x}, y: ${y}, z: ${z} }`);
  const { diagnose } = await ask(
    `mutation { diagnose(dataset: "${stained}", region: { begin: ${begin}, end: ${end} }) { diagnosisId } }`,
  );
  return { pre, post, site: synapsesOfConnection[0].siteId, diagnosis: diagnose.diagnosisId };
}

type Known = Awaited<ReturnType<typeof known>>;
let ids: Known | undefined;

/** Each page with the text that says that it is there. */
const pages: Readonly<Record<string, [path: (ids: Known) => string, there: RegExp]>> = {
  start: [() => '/', /answers/],
  neurons: [() => 'circuits/neurons', /\d+ neurons/],
  partners: [({ pre }) => `circuits/partners?id=${pre}`, /Outputs \(downstream\) \([\d,]+\)/],
  matrix: [() => 'circuits/matrix', /presynaptic in rows/],
  paths: [({ pre, post }) => `circuits/paths?from=${pre}&to=${post}`, /Weakest link/],
  graph: [() => 'circuits/graph', /\d+ neurons, \d+ connections/],
  motifs: [() => 'circuits/motifs', /Reciprocal pairs/],
  analyses: [() => 'circuits/analyses', /Analyses that are kept/],
  quality: [
    () => 'quality?m=L1/membraneContrast&box=0,0,224,208&against=256,0,352,320',
    /Like places are compared/,
  ],
  diagnoses: [() => 'diagnosis', /L1 staining gradient/],
  diagnosis: [({ diagnosis }) => `diagnosis/${diagnosis}`, /Causes that were rejected/],
  revisions: [() => 'revisions', /what readers see/],
  'provenance of the dataset': [() => 'provenance', /Compare two runs/],
  'provenance of a connection': [
    ({ pre, post }) => `provenance?of=connection&pre=${pre}&post=${post}`,
    /Artefacts between/,
  ],
  'provenance of a synapse': [({ site }) => `provenance?of=synapse&id=${site}`, /Artefacts between/],
  console: [() => 'cypher', /Schema: what a statement may name/],
  '3-D': [({ pre }) => `viewer?bodies=${pre}&quality=L1/membraneContrast`, /Neuroglancer\. /],
};

/** Adds up how much content jumps by itself, from before the page is there. */
const noteShifts = `
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifted += value;
  }).observe({ type: 'layout-shift', buffered: true });
`;

journey.for(Object.keys(pages))('%s: sound in light and dark, on a phone and a laptop', async (name) => {
  ids ??= await known();
  const [path, there] = pages[name];
  const address = path(ids);
  const { page, troubles } = await open('/', { width: 390, height: 800 });
  await page.addInitScript(noteShifts);
  await page.goto(new URL(address === '/' ? '/' : `/d/${stained}/${address}`, page.url()).href);
  await page.getByText(there).first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(500);
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
  expect(await page.evaluate(overflow), 'sideways scroll').toBeLessThanOrEqual(0);
  expect(await page.evaluate('window.shifted'), 'layout shift').toBeLessThan(mostShift);
  for (const [width, colorScheme] of [
    [390, 'light'],
    [390, 'dark'],
    [1280, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page), `${width} px, ${colorScheme}`).toEqual([]);
  }
  expect(troubles).toEqual([]);
});
