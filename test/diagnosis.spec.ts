import { diagnoseDataset } from '@stratome/api';
import { deleteDataset, loadConnectome, migrate, queries, type Graph } from '@stratome/connectome';
import { BlockGrid, hashJson, seededRandom, type Box } from '@stratome/core';
import { cellsInBox, diagnosisParameters, measures, type MeasureName } from '@stratome/diagnostics';
import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetRow, migrationFolder, openTestGraph, plantConnectome } from './graph-tissue.js';

const dataset = 'diagnosed';
const grid = new BlockGrid([128, 256, 256], [32, 32, 32]);
const corner: Box = { begin: [0, 0, 0], end: [128, 160, 160] };
const parameters = diagnosisParameters.parse({ permutations: 199, scanPermutations: 39 });
let graph: Graph;

const keyOf = (cell: number) => `cell/${grid.position(cell).join('/')}`;

/** Cells as the stages measure them, with membranes less stained in the corner and fewer synapses there. */
function measuredCells() {
  const random = seededRandom('diagnosed');
  const inside = cellsInBox(grid, corner);
  const usual: Partial<Record<MeasureName, [number, number, number]>> = {
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
  return Object.entries(usual).flatMap(([measure, [mean, sd, factor]]) =>
    Array.from({ length: grid.length }, (_, cell) => ({
      cellKey: keyOf(cell),
      layer: measures[measure as MeasureName].layer,
      measure,
      value: (mean + sd * random.normal()) * (inside[cell] ? factor : 1),
      unit: measures[measure as MeasureName].unit,
      count: 1000n,
      runId: hashJson('measured'),
    })),
  );
}

beforeAll(async () => {
  graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  await deleteDataset(graph, dataset);
  const [run] = [...(plantConnectome(dataset).stageRuns as Iterable<object>)];
  await loadConnectome(graph, { ...datasetRow(dataset), shape: grid.shape, voxelNm: [10, 10, 10] }, 1n, {
    stageRuns: [{ ...run, runId: hashJson('measured'), used: [], generated: [] } as never],
    cells: Array.from({ length: grid.length }, (_, cell) => ({
      cellKey: keyOf(cell),
      grid: 'cell' as const,
      box: grid.box(grid.position(cell)),
    })),
    measurements: measuredCells(),
  });
  const seen = { expectedRevision: 0n, expectedEpoch: 0n };
  await graph.run(queries.setHead, { dataset, ...seen, revision: 1n, committedAt: '2026-01-02T00:00:00Z' });
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
    await deleteDataset(graph, planted);
  });
});
