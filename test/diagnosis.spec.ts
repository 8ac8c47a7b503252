import {
  counterfactualOf,
  diagnoseDataset,
  lineageRegions,
  recordCounterfactual,
  reportContent,
} from '@stratome/api';
import { deleteDataset, loadConnectome, migrate, queries, type Graph } from '@stratome/connectome';
import { BlockGrid, hashJson, seededRandom, type Box, type Vec3 } from '@stratome/core';
import {
  cellsInBox,
  diagnosisParameters,
  measures,
  qualityReport,
  reportHtml,
  type MeasureName,
} from '@stratome/diagnostics';
import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './api-server.js';
import { columnBox, datasetRow, migrationFolder, openTestGraph, plantConnectome } from './graph-tissue.js';
import { stratome } from './stratome-command.js';

const dataset = 'diagnosed';
const grid = new BlockGrid([128, 256, 256], [32, 32, 32]);
const corner: Box = { begin: [0, 0, 0], end: [128, 160, 160] };
const parameters = diagnosisParameters.parse({ permutations: 199, scanPermutations: 39 });
let graph: Graph;

const keyOf = (cell: number) => `cell/${grid.position(cell).join('/')}`;

type Usual = Partial<Record<MeasureName, [mean: number, sd: number, factorInCorner: number]>>;

/** Membranes less stained in the corner, and fewer synapses there. */
const stained: Usual = {
  contrast: [90, 5, 0.6],
  signalToNoise: [7, 0.5, 0.6],
  membraneContrast: [8, 0.6, 0.65],
  focus: [0.5, 0.04, 1],
  residualMedianPx: [0.3, 0.05, 1],
  affinityAmbiguity: [0.1, 0.02, 1.1],
  synapseDensity: [50, 8, 0.7],
  synapseConfidence: [0.7, 0.05, 0.85],
  weightPerCableUm: [1.5, 0.2, 0.7],
};

const rowOf = (cellKey: string, measure: string, value: number) => ({
  cellKey,
  layer: measures[measure as MeasureName].layer,
  measure,
  value,
  unit: measures[measure as MeasureName].unit,
  count: 1000n,
  runId: hashJson('measured'),
});

/** Cells as the stages measure them. */
function measuredCells(usual: Usual) {
  const random = seededRandom('diagnosed');
  const inside = cellsInBox(grid, corner);
  return Object.entries(usual).flatMap(([measure, [mean, sd, factor]]) =>
    Array.from({ length: grid.length }, (_, cell) =>
      rowOf(keyOf(cell), measure, (mean + sd * random.normal()) * (inside[cell] ? factor : 1)),
    ),
  );
}

const [depth, height, width] = grid.shape;

/** Puts a dataset into the graph of which only cells, sections and their measurements are known. */
async function plantMeasured(name: string, measurements: readonly ReturnType<typeof rowOf>[]): Promise<void> {
  await deleteDataset(graph, name);
  const [run] = [...(plantConnectome(name).stageRuns as Iterable<object>)];
  const cells = Array.from({ length: grid.length }, (_, cell) => ({
    cellKey: keyOf(cell),
    grid: 'cell' as const,
    box: grid.box(grid.position(cell)),
  }));
  const sections = Array.from({ length: depth }, (_, z) => ({
    cellKey: `section/${z}`,
    grid: 'section' as const,
    box: { begin: [z, 0, 0], end: [z + 1, height, width] } as const,
  }));
  await loadConnectome(graph, { ...datasetRow(name), shape: grid.shape, voxelNm: [10, 10, 10] }, 1n, {
    stageRuns: [{ ...run, runId: hashJson('measured'), used: [], generated: [] } as never],
    cells: [...cells, ...sections],
    measurements,
  });
  const seen = { expectedRevision: 0n, expectedEpoch: 0n };
  const head = { ...seen, revision: 1n, committedAt: '2026-01-02T00:00:00Z' };
  await graph.run(queries.setHead, { dataset: name, ...head });
}

beforeAll(async () => {
  graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  await plantMeasured(dataset, measuredCells(stained));
});

afterAll(async () => {
  await deleteDataset(graph, dataset);
  await graph.close();
});

async function stored(): Promise<Record<string, unknown>> {
  return graph.inSession(neo4j.session.READ, async (session) => {
    const { records } = await session.run(
      `MATCH (d:Diagnosis {dataset: $dataset})
       WHERE d.diagnosisId IS NOT NULL
       RETURN d.cause AS cause, d.layer AS layer,
              COUNT { (d)-[:EXPLAINS]->(:Anomaly)-[:IN]->(:Cell) } AS anomalyCells,
              COLLECT { MATCH (d)-[s:STEP]->(:Finding) RETURN s.layer + ' ' + s.verdict ORDER BY s.layer DESC } AS steps,
              COUNT { (d)-[:STEP {layer: 'L1'}]->(:Finding)-[:EVIDENCE]->(:Measurement)-[:OF]->(:Cell) } AS evidence`,
      { dataset },
    );
    expect(records.length).toBe(1);
    return records[0].toObject();
  });
}

describe('diagnoseDataset', () => {
  it('finds the corner by itself, walks from L5 to L1 and stores the walk', async () => {
    const { diagnosis, anomalies, revision } = await diagnoseDataset(graph, { dataset, parameters });
    expect(diagnosis).toMatchObject({
      verdict: 'cause',
      layer: 'L1',
      cause: 'stainingGradient',
      region: corner,
    });
    expect(diagnosis.explainedShare?.of).toBe('weightPerCableUm');
    expect(anomalies.length).toBeGreaterThan(0);
    expect(new Set(anomalies.map(({ pattern }) => pattern))).toContain('region');
    expect(revision).toBe(1n);
    const walk = await stored();
    expect(walk).toMatchObject({ cause: 'stainingGradient', layer: 'L1', evidence: BigInt(4 * 5 * 5) });
    expect(walk.steps).toEqual(['L5 follows', 'L4 follows', 'L3 follows', 'L2 normal', 'L1 origin']);
    expect(walk.anomalyCells).toBeGreaterThan(0n);
    const [kept] = await graph.run(queries.diagnoses, { dataset, diagnosisId: null, limit: 10 });
    expect(kept).toMatchObject({ cause: 'stainingGradient', boxBegin: corner.begin, boxEnd: corner.end });
    expect(JSON.parse(kept.explainedJson!)).toEqual(diagnosis.explainedShare);
    expect(kept.steps.map(({ interval }) => interval)).toEqual(
      diagnosis.steps.map((step) => (step.interval ? [...step.interval] : null)),
    );
    expect(kept.steps.map((step) => JSON.parse(step.measuresJson) as unknown)).toEqual(
      JSON.parse(JSON.stringify(diagnosis.steps.map(({ measures: all }) => all))),
    );
    expect(kept.anomalies.length).toBeGreaterThan(0);
  });

  it('stores the same walk once', async () => {
    const first = await diagnoseDataset(graph, { dataset, parameters });
    const again = await diagnoseDataset(graph, { dataset, parameters });
    expect(again.diagnosisId).toBe(first.diagnosisId);
    await stored();
  });

  it('answers for a region that is named, and refuses what is not there', async () => {
    const region: Box = { begin: [0, 192, 192], end: [128, 256, 256] };
    const against: Box = { begin: [0, 160, 0], end: [128, 256, 160] };
    const { diagnosis } = await diagnoseDataset(graph, { dataset, region, against, parameters });
    expect(diagnosis.verdict).toBe('insufficient');
    const beyond: Box = { begin: [0, 0, 0], end: [1, 1, 999] };
    await expect(diagnoseDataset(graph, { dataset, region: beyond, parameters })).rejects.toThrow(
      /not inside/,
    );
    await expect(diagnoseDataset(graph, { dataset: 'nowhere', parameters })).rejects.toThrow(
      /no dataset "nowhere"/,
    );
  });
});

describe('what sections say', () => {
  const name = 'diagnosedSections';
  const healthy = Object.fromEntries(
    Object.entries(stained).map(([measure, [mean, sd]]) => [measure, [mean, sd, 1]]),
  ) as Usual;
  const quiet = seededRandom('sections');
  const bySection = (measure: MeasureName, usual: number, sd: number, planted: Record<number, number>) =>
    Array.from({ length: depth }, (_, z) =>
      rowOf(`section/${z}`, measure, planted[z] ?? usual + sd * quiet.normal()),
    );

  afterAll(() => deleteDataset(graph, name));

  it.each([
    ['L1', 'missingSection', bySection('missing', 0, 0, { 40: 1, 41: 1 })],
    ['L2', 'sectionJump', bySection('residualMedianPx', 0.3, 0.05, { 70: 5.5 })],
  ])('%s: finds a %s by itself, in the slab of cells that holds it', async (layer, cause, sections) => {
    await plantMeasured(name, [...measuredCells(healthy), ...sections]);
    const { diagnosis } = await diagnoseDataset(graph, { dataset: name, parameters });
    expect(diagnosis).toMatchObject({ verdict: 'cause', layer, cause });
    const begin = cause === 'missingSection' ? 32 : 64;
    expect(diagnosis.region).toEqual({ begin: [begin, 0, 0], end: [begin + 32, height, width] });
  });

  it('is stored as anomalies of sections: those that are far out, and where the level changes', async () => {
    const darker = Object.fromEntries(Array.from({ length: 48 }, (_, k) => [80 + k, 60 + quiet.normal()]));
    const residual = bySection('residualMedianPx', 0.3, 0.05, { 70: 5.5 });
    const sections = [...residual, ...bySection('contrast', 90, 1, darker)];
    await plantMeasured(name, [...measuredCells(healthy), ...sections]);
    await diagnoseDataset(graph, { dataset: name, parameters });
    const placesOf = (pattern: string, measure: string) =>
      graph.inSession(neo4j.session.READ, async (session) => {
        const { records } = await session.run(
          `MATCH (:Anomaly {dataset: $name, pattern: $pattern, measure: $measure})-[:IN]->(c:Cell)
           WHERE c.cellKey STARTS WITH 'section/' RETURN c.cellKey AS key ORDER BY key`,
          { name, pattern, measure },
        );
        return records.map((record) => record.get('key') as string);
      });
    expect(await placesOf('outlier', 'residualMedianPx')).toEqual(['section/70']);
    expect(await placesOf('jump', 'contrast')).toEqual(['section/79', 'section/80']);
  });
});

/** Boxes that cannot be diagnosed, as the command writes them, and what is said of each. */
const refused: [string, string[], RegExp][] = [
  [
    'a region outside',
    ['--region', '0,0,0:128,256,300'],
    /The region 0,0,0:128,256,300 is not inside the volume/,
  ],
  ['an empty region', ['--region', '0,0,0:0,160,160'], /empty or inverted/],
  ['an inverted region', ['--region', '64,0,0:0,160,160'], /empty or inverted/],
  ['a region that is none', ['--region', '0,0:128,160'], /is not a box/],
  ['a region below a cell', ['--region', '0,0,0:4,4,4'], /holds no quality cell/],
  [
    'a reference outside',
    ['--region', '0,0,0:128,160,160', '--against', '0,0,0:999,1,1'],
    /The reference .* not inside/,
  ],
  [
    'a reference too small to test',
    ['--region', '0,0,0:128,160,160', '--against', '0,224,224:64,256,256'],
    /too small to test against: only/,
  ],
];

const diagnosesIn = async (): Promise<bigint> =>
  graph.inSession(neo4j.session.READ, async (session) => {
    const { records } = await session.run(
      'MATCH (d) WHERE d.dataset = $dataset AND (d:Diagnosis OR d:Anomaly OR d:Finding) RETURN count(d) AS n',
      { dataset },
    );
    return records[0].get('n') as bigint;
  });

describe('stratome diagnose', () => {
  it('answers in the documented shape, with the region and without', async () => {
    const given = await stratome('diagnose', dataset, '--region', '0,0,0:128,160,160');
    const free = await stratome('diagnose', dataset);
    for (const { code, json } of [given, free]) {
      expect(code).toBe(0);
      expect(Object.keys(json)).toEqual(['anomalies', 'diagnosis']);
      const { anomalies, diagnosis } = json as unknown as Record<string, never>;
      expect(Object.keys(anomalies[0])).toEqual(['region', 'layer', 'measure', 'effect', 'p', 'pattern']);
      expect(diagnosis).toEqual({
        verdict: 'cause',
        layer: 'L1',
        cause: 'stainingGradient',
        confidence: expect.any(Number),
        region: '0,0,0:128,160,160',
        explainedShare: expect.any(Number),
        steps: ['L5', 'L4', 'L3', 'L2', 'L1'].map((layer) => ({
          layer,
          verdict: expect.stringMatching(/^(untested|normal|follows|origin)$/),
          effect: expect.any(Number),
          interval: [expect.any(Number), expect.any(Number)],
          p: expect.any(Number),
          measures: expect.arrayContaining([expect.objectContaining({ measure: expect.any(String) })]),
        })),
        doubt: null,
        rejected: expect.arrayContaining([{ cause: 'defocus', why: expect.any(String) }]),
      });
    }
  });

  it.each(refused)('refuses %s, and stores nothing', async (_, options, message) => {
    const before = await diagnosesIn();
    const { code, json } = await stratome('diagnose', dataset, ...options);
    expect(code).toBe(2);
    expect(json.error).toMatchObject({ kind: 'badInput', message: expect.stringMatching(message) });
    expect(await diagnosesIn()).toBe(before);
  });

  it('knows no dataset that is not there', async () => {
    const { code, json } = await stratome('diagnose', 'nowhere');
    expect(code).toBe(3);
    expect(json.error?.message).toMatch(/no dataset "nowhere"/);
  });
});

describe('the mutation diagnose', () => {
  const served = 'diagnosedServed';
  let api: TestApi;
  beforeAll(async () => void (api = await startTestApi(served)));
  afterAll(() => api.stop());

  const boxOf = ([z, y, x]: number[], [z1, y1, x1]: number[]) => ({
    begin: { z, y, x },
    end: { z: z1, y: y1, x: x1 },
  });
  const ask = (boxes: Record<string, unknown>) =>
    api.ask(
      `mutation ($d: String!, $region: VoxelBoxInput, $against: VoxelBoxInput) {
         diagnose(dataset: $d, region: $region, against: $against) { verdict layer cause region { end { z y x } }
           steps { layer verdict measures { measure deviates own { effect deviates } } untested { measure why } } anomalies { measure pattern cells } } }`,
      { d: dataset, ...boxes },
    );

  it('gives the same answer as the command', async () => {
    const { data, errors } = await ask({ region: boxOf([0, 0, 0], [128, 160, 160]) });
    expect(errors).toBeUndefined();
    expect(data.diagnose).toMatchObject({ verdict: 'cause', layer: 'L1', cause: 'stainingGradient' });
    expect(data.diagnose.steps.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      'follows',
      'follows',
      'follows',
      'normal',
      'origin',
    ]);
    const images = data.diagnose.steps[4].measures as { measure: string; own: { effect: number } }[];
    expect(images.find(({ measure }) => measure === 'contrast')!.own.effect).toBeLessThan(-10);
    const anomalies = data.diagnose.anomalies as { measure: string; pattern: string; cells: number }[];
    const ofContrast = anomalies.filter(({ measure }) => measure === 'contrast');
    expect(ofContrast.map(({ pattern }) => pattern)).toContain('gradient');
    for (const { cells } of ofContrast) expect(cells).toBeGreaterThan(0);
  });

  it('says what a region looks like where a search is in doubt', async () => {
    // As much is asked for as would be in a volume far larger.
    const asked = { ...parameters, leastScanRatio: 1000, leastNamedScanRatio: 4.4 };
    const { diagnosis, diagnosisId } = await diagnoseDataset(graph, { dataset, parameters: asked });
    expect(diagnosis).toMatchObject({ verdict: 'insufficient', cause: null, region: corner });
    const { data } = await api.ask(
      `query ($d: String!, $id: String!) { diagnosis(dataset: $d, diagnosisId: $id) {
         verdict cause doubt { layer cause why } rejected { cause } } }`,
      { d: dataset, id: diagnosisId },
    );
    const { doubt, rejected } = data.diagnosis;
    expect(doubt).toEqual({
      layer: 'L1',
      cause: 'stainingGradient',
      why: expect.stringMatching(/would be enough/),
    });
    expect(doubt).toEqual(diagnosis.doubt);
    expect(rejected).not.toContainEqual({ cause: 'stainingGradient' });
    const text = await (await fetch(`${api.address}/reports/${dataset}.md?diagnosis=${diagnosisId}`)).text();
    expect(text).toContain(`It may be stainingGradient: ${diagnosis.doubt!.why}`);
  });

  it('is told what came of making the region again', async () => {
    const report = await diagnoseDataset(graph, { dataset, region: corner, parameters });
    const made = (usual: Usual) => ({
      rows: measuredCells(usual).map(({ cellKey, measure, value, count }) => {
        const { begin, end } = grid.box(cellKey.split('/').slice(1).map(Number) as unknown as Vec3);
        const place = { cellKey, grid: 'cell', boxBegin: [...begin], boxEnd: [...end] };
        return { ...place, measure, value, count: BigInt(count) };
      }),
      weights: [],
    });
    const asBefore = await counterfactualOf(graph, { dataset, parameters }, report, made(stained), 'L3');
    expect(asBefore).toMatchObject({ cause: 'stainingGradient', confirmed: false });
    expect(asBefore.undone.share).toBeCloseTo(0, 6);
    const healthy = Object.entries(stained).map(([measure, [mean, sd]]) => [measure, [mean, sd, 1]] as const);
    const other = made(Object.fromEntries(healthy) as unknown as Usual);
    const found = await counterfactualOf(graph, { dataset, parameters }, report, other, 'L3');
    expect(found).toMatchObject({ verdict: 'none', cause: null, confirmed: true });
    expect(found.undone.share).toBeGreaterThan(0.8);
    const set = { segmentation: { agglomerationThreshold: 0.5 } };
    const tried = { without: [{ region: corner, set }], ...found };
    await recordCounterfactual(graph, dataset, report.diagnosisId, tried);
    const { data, errors } = await api.ask(
      `query ($d: String!, $id: String!) {
         diagnosis(dataset: $d, diagnosisId: $id) { counterfactual { from without { region parameters }
           measures { measure before after } verdict cause undoneOf undoneShare confirmed refutes } } }`,
      { d: dataset, id: report.diagnosisId },
    );
    expect(errors).toBeUndefined();
    const { undone, measures: of } = found;
    expect(data.diagnosis.counterfactual).toMatchObject({
      from: 'L3',
      without: [{ region: '0,0,0:128,160,160', parameters: ['segmentation.agglomerationThreshold=0.5'] }],
      verdict: 'none',
      undoneOf: undone.of,
      undoneShare: undone.share,
      confirmed: true,
      refutes: [],
    });
    expect(data.diagnosis.counterfactual.measures).toHaveLength(of.length);
  });

  it.each([
    ['outside', { region: boxOf([0, 0, 0], [128, 256, 300]) }, /not inside the volume/],
    ['empty', { region: boxOf([0, 0, 0], [0, 160, 160]) }, /no box of voxels/],
    ['inverted', { region: boxOf([64, 0, 0], [0, 160, 160]) }, /no box of voxels/],
    ['fractional', { region: boxOf([0, 0, 0], [1.5, 160, 160]) }, /no box of voxels/],
    [
      'against too little',
      { region: boxOf([0, 0, 0], [128, 160, 160]), against: boxOf([0, 224, 224], [64, 256, 256]) },
      /too small to test against/,
    ],
  ])('refuses a region that is %s, and stores nothing', async (_, boxes, message) => {
    const before = await diagnosesIn();
    const { errors } = await ask(boxes);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await diagnosesIn()).toBe(before);
  });
});

describe('the report of a diagnosis', () => {
  it('says what stands in the graph: the walk, the measures, and cell by cell what was measured', async () => {
    const { diagnosisId } = await diagnoseDataset(graph, { dataset, parameters });
    const blocks = qualityReport(await reportContent(graph, dataset, diagnosisId));
    const table = blocks.find((block) => block.kind === 'table');
    const { records } = await graph.inSession(neo4j.session.READ, (session) =>
      session.run(
        `MATCH (:Diagnosis {dataset: $dataset, diagnosisId: $diagnosisId})-[s:STEP]->(f:Finding)
         RETURN s.layer AS layer, f.measuresJson AS measures ORDER BY layer DESC`,
        { dataset, diagnosisId },
      ),
    );
    const found = records.flatMap((record) =>
      (JSON.parse(record.get('measures') as string) as { measure: string }[]).map(
        ({ measure }) => `${record.get('layer')} ${measure}`,
      ),
    );
    expect(table?.kind === 'table' && table.rows.map(([layer, measure]) => `${layer} ${measure}`)).toEqual(
      found,
    );
    const map = blocks.find((block) => block.kind === 'figure' && block.name === 'L1-contrast-map');
    const drawn = [...(map?.kind === 'figure' ? map.svg : '').matchAll(/<title>([\d.]+) grey levels</g)];
    const { records: measured } = await graph.inSession(neo4j.session.READ, (session) =>
      session.run(
        `MATCH (m:Measurement {dataset: $dataset, layer: 'L1', measure: 'contrast'})-[:OF]->(c:Cell)
         WHERE m.cellKey IS NOT NULL AND m.revision = 1 AND c.boxBegin[0] = 64
         RETURN m.value AS value ORDER BY c.boxBegin[1], c.boxBegin[2]`,
        { dataset },
      ),
    );
    expect(drawn.map(([, value]) => Number(value))).toEqual(
      measured.map((record) => Number((record.get('value') as number).toPrecision(3))),
    );
    expect(reportHtml(blocks)).toContain('because of stainingGradient, a fault of L1');
    await expect(reportContent(graph, dataset, 'none')).rejects.toThrow('has no diagnosis "none"');
  });
});

describe('its queries', () => {
  it('recount stored weights from the contacts of each cell', async () => {
    const planted = 'diagnosedPairs';
    await deleteDataset(graph, planted);
    await loadConnectome(graph, datasetRow(planted), 1n, plantConnectome(planted));
    const rows = await graph.run(queries.storedWeightsByCell, { dataset: planted });
    const contacts = new Map<string, bigint>();
    for (const row of rows) {
      const key = `${row.preBodyId}>${row.postBodyId}`;
      contacts.set(key, (contacts.get(key) ?? 0n) + row.contacts);
    }
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      if (row.storedWeight !== null)
        expect(row.storedWeight).toBe(contacts.get(`${row.preBodyId}>${row.postBodyId}`));
    }
    const box = { low: { x: 0, y: 0, z: 0 }, high: { x: 100, y: 100, z: 4 } };
    const lineage = await graph.run(queries.lineageOfBox, { dataset: planted, ...box });
    expect(lineage.map((run) => run.stage)).toContain('synapses');
    const [region, reference] = [0.7, 0.5].map((threshold) => JSON.stringify({ threshold }));
    expect(await lineageRegions(graph, planted, 1n)).toEqual([
      {
        region: columnBox('0/0'),
        differences: [{ stage: 'segment', field: 'parameters', region, reference }],
      },
    ]);
    await deleteDataset(graph, planted);
  });
});
