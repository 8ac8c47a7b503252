import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SynapseRow } from '@stratome/connectome';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type Data, type TestApi } from './api-server.js';
import { columns, modelHash, plantConnectome, runId } from './graph-tissue.js';

const dataset = 'apiBasis';
const flagged = `cell/0/${columns[0]}`;
let api: TestApi;
let models: string;

beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'stratome-basis-'));
  await mkdir(join(models, 'synapse-net'));
  const card = { id: 'synapse-net', sha256: 'a'.repeat(64) };
  await writeFile(join(models, 'synapse-net', 'model.json'), JSON.stringify(card));
  api = await startTestApi(dataset, { modelsDirectory: models });
  await api.graph.inSession('WRITE', (session) =>
    session.run(
      `MATCH (c:Cell {dataset: $dataset, cellKey: $flagged})
       CREATE (:Flag {dataset: $dataset, flagId: 'f1', reason: 'fold', severity: 'warning', author: 'test',
                      createdAt: datetime(), fromRevision: 1, boxBegin: [0, 0, 0], boxEnd: [4, 100, 100]})-[:ON]->(c)
       WITH c MATCH (r:Run {dataset: $dataset, runId: $run}) SET r.stageVersion = 99`,
      { dataset, flagged, run: runId(dataset, 'segment') },
    ),
  );
});

afterAll(async () => {
  await api.stop();
  await rm(models, { recursive: true, force: true });
});

const basis = `basis { revision epoch stale { isStale reasons { cause stage runId message } }
  flags { flagId reason severity layer cells } quality { layer measure value unit cells } }`;
const planted = () => plantConnectome(dataset).synapses as SynapseRow[];
const paired = () => planted().filter((s) => s.preBodyId !== null && s.postBodyId !== null);
const confidenceIn = (cellKey: string) => 0.5 + columns.indexOf(cellKey.slice('cell/0/'.length)) / 10;
const meanOver = (cells: readonly string[]) =>
  cells.reduce((sum, cell) => sum + confidenceIn(cell), 0) / cells.length;

const byOtherModel = {
  cause: 'model',
  stage: 'synapses',
  runId: runId(dataset, 'synapses'),
  message: expect.stringContaining(modelHash.slice(0, 12)),
};
const byOtherVersion = {
  cause: 'stageVersion',
  stage: 'segment',
  runId: runId(dataset, 'segment'),
  message: expect.stringContaining('version 99'),
};

describe('the basis of an answer', () => {
  it('is, for a neuron, that of the cells of its sites and of the runs behind its fragments', async () => {
    const found = await api.answer(
      `query ($dataset: String!) { neuron(dataset: $dataset, bodyId: "1") { ${basis} } }`,
    );
    const sites = paired().flatMap((s) => [
      ...(s.preBodyId === 1n ? [s.cellKey!] : []),
      ...(s.postBodyId === 1n ? [s.cellKey!] : []),
    ]);
    const cells = [...sites, flagged];
    expect(found.neuron.basis).toEqual({
      revision: '1',
      epoch: '1',
      stale: { isStale: true, reasons: [byOtherVersion] },
      flags: [{ flagId: 'f1', reason: 'fold', severity: 'warning', layer: null, cells: '1' }],
      quality: [
        {
          layer: 'L4',
          measure: 'synapseConfidence',
          unit: '',
          value: expect.closeTo(meanOver(cells), 10),
          cells: String(new Set(cells).size),
        },
      ],
    });
  });

  it('is, for a synapse, that of its cell and of the run that found it', async () => {
    const query = `query ($dataset: String!) { synapsesInBox(dataset: $dataset, first: 700,
      box: {begin: {x: 0, y: 0, z: 0}, end: {x: 300, y: 300, z: 4}}) { items { siteId ${basis} } basis { revision stale { isStale } } } }`;
    const { items, basis: ofPage } = (await api.answer(query)).synapsesInBox;
    expect(items).toHaveLength(planted().length);
    for (const { siteId, basis: found } of items) {
      const { cellKey } = planted().find(({ synapseId }) => String(synapseId) === siteId)!;
      expect(found.quality).toEqual([expect.objectContaining({ value: confidenceIn(cellKey!), cells: '1' })]);
      expect(found.flags.map(({ flagId }: { flagId: string }) => flagId)).toEqual(
        cellKey === flagged ? ['f1'] : [],
      );
      expect(found.stale.reasons).toEqual([byOtherModel]);
    }
    expect(ofPage).toEqual({ revision: '1', stale: { isStale: true } });
  });

  it('is, for a connection, that of its synapses, with its uncertainty', async () => {
    const query = `query ($dataset: String!) { neuron(dataset: $dataset, bodyId: "1") {
      downstreamPartners(minWeight: 0, first: 100) { partnerId weight ${basis}
        uncertainty { expectedWeight standardDeviation probabilityOfAny contacts uncalibrated preMargin postMargin } }
      upstreamPartners(minWeight: 0, first: 1) { partnerId ${basis} } } }`;
    const { downstreamPartners, upstreamPartners } = (await api.answer(query)).neuron;
    expect(downstreamPartners.length).toBeGreaterThan(3);
    for (const { partnerId, basis: found, uncertainty } of downstreamPartners) {
      const own = paired().filter((s) => s.preBodyId === 1n && String(s.postBodyId) === partnerId);
      const cells = own.map(({ cellKey }) => cellKey!);
      expect(found.quality[0].value).toBeCloseTo(meanOver(cells), 10);
      expect(found.flags).toHaveLength(cells.includes(flagged) ? 1 : 0);
      expect(found.stale.reasons).toEqual([byOtherModel]);
      const p = own.map(({ confidence }) => confidence);
      expect(uncertainty).toEqual({
        expectedWeight: expect.closeTo(
          p.reduce((a, b) => a + b, 0),
          10,
        ),
        standardDeviation: expect.closeTo(Math.sqrt(p.reduce((a, b) => a + b * (1 - b), 0)), 10),
        probabilityOfAny: expect.closeTo(1 - p.reduce((a, b) => a * (1 - b), 1), 10),
        contacts: String(own.length),
        uncalibrated: false,
        preMargin: null,
        postMargin: null,
      });
    }
    const [{ partnerId, basis: inbound }] = upstreamPartners;
    const cells = paired()
      .filter((s) => s.postBodyId === 1n && String(s.preBodyId) === partnerId)
      .map(({ cellKey }) => cellKey!);
    expect(inbound.quality[0].value).toBeCloseTo(meanOver(cells), 10);
  });

  it('is, for a voxel, a dataset and your own Cypher, that of what was read', async () => {
    const found = await api.answer(
      `query ($dataset: String!, $p: String!) {
        segmentAt(dataset: $dataset, point: {x: 10, y: 10, z: 1}) { ${basis} }
        dataset(name: $dataset) { ${basis} connections(first: 2) { ${basis} } }
        named: cypher(statement: "RETURN $dataset", parametersJson: $p) { basis { revision } }
        unnamed: cypher(statement: "RETURN 1") { basis { revision } } }`,
      { p: JSON.stringify({ dataset }) },
    );
    expect(found.segmentAt.basis).toMatchObject({
      quality: [{ value: 0.5, cells: '1' }],
      flags: [{ flagId: 'f1' }],
    });
    expect(found.dataset.basis.stale.reasons).toEqual(expect.arrayContaining([byOtherModel, byOtherVersion]));
    expect(found.dataset.basis.quality).toEqual([
      expect.objectContaining({ cells: '4', value: expect.closeTo(0.65) }),
    ]);
    expect(found.dataset.connections.map((c: Data) => c.basis.stale.isStale)).toEqual([true, true]);
    expect([found.named.basis, found.unnamed.basis]).toEqual([{ revision: '1' }, null]);
  });

  it('counts in what a query may cost', async () => {
    const many = `query ($dataset: String!) { neurons(dataset: $dataset, first: 1000) { items { downstreamPartners(first: 1000) { basis { epoch } } } } }`;
    expect((await api.ask(many, { dataset })).errors![0].message).toContain('costs');
  });
});
