import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createApi } from '@stratome/api';
import { queries, rowFrom, type Graph } from '@stratome/connectome';
import { beginRun, requireDataset } from '@stratome/operations';
import { annotate, commitRevision, compareRevisions, revisionHistory, rollback } from '@stratome/revisions';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateAtHead, type HeadState } from './revision-state.mjs';
import { objects, openStagedTissue, original, synapsesIn, type StagedTissue } from './staged-tissue.js';

/*
 * A history on one dataset: 1 as planted; 2 another agglomeration without glia and without the synapses of the last
 * block; 3 back to 1; 4 forward to 2; 5 back to 1 again; 6 a run on top of that; then edits.
 */

const dataset = `revisions_${randomUUID().replaceAll('-', '')}`;
let tissue: StagedTissue;
let db: DataSource;
let graph: Graph;

const state = () => stateAtHead(db, graph, dataset);

const other = {
  agglomeration: 'second',
  objects: objects.filter(({ id }) => id !== '5'),
  synapses: [synapsesIn[0], synapsesIn[1], []],
  across: [],
};

const back = (revision: number) => rollback(db, graph, { dataset, revision, author: 'test' });

let first: HeadState;
let second: HeadState;

beforeAll(async () => {
  tissue = await openStagedTissue(dataset);
  ({ db, graph } = tissue);
  await tissue.complete(original);
  first = await state();
  await tissue.complete(other);
  second = await state();
});

afterAll(() => tissue.close());

describe('a rollback', () => {
  it('makes a new revision that says all that the earlier one said', async () => {
    expect(second).not.toEqual(first);
    expect(await back(1)).toMatchObject({ revision: 3, parent: 2 });
    const now = await state();
    expect(now.volumes).toBe(first.volumes);
    expect(now.shown).toBe(first.shown);
    expect(await graph.first(queries.head, { dataset })).toMatchObject({ revision: 3n });
  });

  it('goes forward again, and back once more', async () => {
    await back(2);
    expect(await state()).toEqual(second);
    await back(1);
    expect(await state()).toEqual(first);
  });

  it('leaves every revision as it was to those who read it', async () => {
    const at = (revision: bigint) => graph.first(queries.graphSummaryAt, { dataset, revision });
    for (const revision of [1n, 3n, 5n])
      expect(await at(revision)).toEqual({ neurons: 2n, segments: 4n, synapses: 7n, connections: 1n });
    for (const revision of [2n, 4n]) expect(await at(revision)).toMatchObject({ segments: 3n, synapses: 4n });
    const everywhere = { low: { x: 0, y: 0, z: 0 }, high: { x: 192, y: 64, z: 8 }, minConfidence: 0 };
    const page = { dataset, ...everywhere, after: -1n, limit: 100 };
    const now = await graph.run(queries.synapsesInBox, page);
    expect(await graph.run(queries.synapsesInBoxAt, { ...page, revision: 1n })).toEqual(now);
  });

  it('is refused for the head, for what does not exist, and while a run writes', async () => {
    const before = await state();
    await expect(back(5)).rejects.toMatchObject({ kind: 'badInput' });
    await expect(back(6)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(back(0)).rejects.toMatchObject({ kind: 'badInput' });
    const { run } = await beginRun(db, { dataset, parameters: {}, inputHash: 'f'.repeat(64) });
    await expect(back(1)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(run.id),
    });
    await db.query(`UPDATE run SET state = 'failed' WHERE id = $1`, [run.id]);
    expect(await state()).toEqual(before);
  });

  it('can be built upon: a run after it takes up what it brought back', async () => {
    const changed = { ...original, synapses: [synapsesIn[0], synapsesIn[1], [synapsesIn[2][0]]] };
    const run = await tissue.complete(changed);
    expect(run.revision).toBe(6);
    const [{ reused }] = await db.query(
      'SELECT count(*) FILTER (WHERE reused)::int AS reused FROM task WHERE run = $1',
      [run.id],
    );
    expect(reused).toBeGreaterThan(15);
    expect(await graph.first(queries.graphSummary, { dataset })).toMatchObject({ synapses: 6n });
    expect(await graph.first(queries.graphSummaryAt, { dataset, revision: 5n })).toMatchObject({
      synapses: 7n,
    });
    await back(5);
    expect(await state()).toEqual(first);
    await back(6);
  });
});

describe('an edit', () => {
  it('is a revision of its own, from which one can go back', async () => {
    const before = await state();
    const [row] = await graph.run(queries.neuronsById, { dataset, bodyIds: [1n] });
    expect(row.type).toBeNull();
    const { headRevision } = await requireDataset(db, dataset);
    const made = await commitRevision(db, graph, {
      dataset,
      kind: 'annotation',
      author: 'test',
      async change({ graph: reading }) {
        const stored = await reading.run(queries.storedSegments, { dataset, after: 0n, limit: 1 });
        const neuron = { ...rowFrom('neurons', stored[0].row), type: 'MBON01' };
        return { delta: { neurons: { added: [], changed: [neuron], removed: [] } } };
      },
    });
    expect(made).toMatchObject({ revision: headRevision + 1, changes: { neurons: { changed: 1 } } });
    const [named] = await graph.run(queries.neuronsById, { dataset, bodyIds: [1n] });
    expect(named.type).toBe('MBON01');
    await back(headRevision);
    expect(await state()).toEqual(before);
  });

  it('that fails leaves nothing', async () => {
    const before = await state();
    const missing = { preBodyId: 1n, postBodyId: 777n, weight: 1n, weightHP: 1n, weightHR: 1n };
    const connection = { ...missing, excitatoryShare: 1, meanConfidence: 1 };
    const failed = commitRevision(db, graph, {
      dataset,
      kind: 'annotation',
      author: 'test',
      change: async () => ({ delta: { connections: { added: [connection], changed: [], removed: [] } } }),
    });
    await expect(failed).rejects.toMatchObject({ kind: 'badInput', message: expect.stringContaining('777') });
    expect(await state()).toEqual(before);
    expect(
      await db.query(`SELECT 1 FROM revision WHERE dataset = $1 AND state = 'intended'`, [dataset]),
    ).toEqual([]);
  });
});

describe('the history', () => {
  it('says of every revision what made it and what it changed', async () => {
    const records = await revisionHistory(db, graph, dataset);
    expect(records.map(({ revision, kind, restores }) => [revision, kind, restores]).reverse()).toEqual([
      [1, 'run', null],
      [2, 'run', null],
      [3, 'rollback', 1],
      [4, 'rollback', 2],
      [5, 'rollback', 1],
      [6, 'run', null],
      [7, 'rollback', 5],
      [8, 'rollback', 6],
      [9, 'annotation', null],
      [10, 'rollback', 8],
    ]);
    const [, , , , , , , , secondOne, firstOne] = records;
    expect(firstOne.changes).toMatchObject({ neurons: { added: 4 }, synapses: { added: 7 } });
    expect(secondOne.changes).toMatchObject({ neurons: { removed: 1 }, synapses: { removed: 3 } });
    expect(secondOne.artifacts.find(({ kind }) => kind === 'segmentation/0')).toMatchObject({ changed: 3 });
    // The parameters that hold are those of the run that a rollback brings back.
    expect(records.find(({ revision }) => revision === 5)!.run).toBe(firstOne.run);
    expect(records.find(({ revision }) => revision === 4)!.run).toBe(secondOne.run);
  });

  it('tells two revisions apart both ways', async () => {
    const forth = await compareRevisions(db, graph, dataset, 1, 2);
    expect(forth.synapses.totals).toMatchObject({ gained: 0, lost: 3 });
    expect(forth.connections.changed).toMatchObject([
      { before: { preBodyId: 1n, postBodyId: 2n, weight: 3n }, after: { weight: 2n } },
    ]);
    const backwards = await compareRevisions(db, graph, dataset, 2, 1);
    expect(backwards.synapses.totals).toMatchObject({ gained: 3, lost: 0 });
    const same = await compareRevisions(db, graph, dataset, 1, 5);
    expect(same.neurons.totals).toEqual({ gained: 0, lost: 0, changed: 0 });
    expect(same.artifacts).toEqual([]);
    await expect(compareRevisions(db, graph, dataset, 2, 2)).rejects.toMatchObject({ kind: 'badInput' });
  });
});

describe('GraphQL', () => {
  let api: Awaited<ReturnType<typeof createApi>>;
  beforeAll(async () => {
    api = await createApi({ graph, db, store: tissue.store });
    await api.listen(0, '127.0.0.1');
  });
  afterAll(() => api.close());

  async function ask(query: string) {
    const { port } = api.getHttpServer().address() as AddressInfo;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: query.replaceAll('DATASET', JSON.stringify(dataset)) });
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
    return (await response.json()) as { data: never; errors?: { extensions: { code: string } }[] };
  }

  const reading = (revision: string) => `{
    neuron(dataset: DATASET, bodyId: "1" ${revision}) {
      bodyId pre quality { measure mean cells } provenance { tiles { tileId } artifacts { kind key hash } }
      basis { flags { flagId reason cells } quality { layer measure value cells } }
      downstreamPartners(first: 5) { weight neuron { bodyId size }
        uncertainty { expectedWeight standardDeviation probabilityOfAny contacts uncalibrated preMargin postMargin } } }
    neurons(dataset: DATASET ${revision}) { items { bodyId size post } basis { flags { flagId cells } quality { measure value cells } } }
    partners(dataset: DATASET, bodyId: "1", direction: "downstream", minWeight: 0, first: 1 ${revision}) {
      next items { partnerId weight meanConfidence basis { flags { flagId cells } quality { measure value cells } } } }
    paths(dataset: DATASET, from: "1", to: "2" ${revision}) { bodyIds weights bottleneck }
    shortestPaths(dataset: DATASET, from: "1", to: "2" ${revision}) { bodyIds weights }
    motifs(dataset: DATASET, minWeight: 0 ${revision}) { reciprocal { bodyId weightBack } autapses { bodyId } basis { flags { flagId cells } } }
    triads(dataset: DATASET, bodyIds: ["1", "2", "3"], minWeight: 0 ${revision}) { triad triples }
    feedForwardLoops(dataset: DATASET, bodyIds: ["1", "2"], minWeight: 0 ${revision}) { firstId lastId }
    hubs(dataset: DATASET, minWeight: 0 ${revision}) { bodyId inputs outputs partners }
    commonPartners(dataset: DATASET, bodyIds: ["1"], direction: "downstream", minWeight: 0 ${revision}) { bodyId weights }
    typeConnections(dataset: DATASET, minWeight: 0 ${revision}) { preType postType synapses }
    neuronProvenance(dataset: DATASET, bodyId: "2" ${revision}) { tiles { tileId } artifacts { kind key hash } }
    connectionProvenance(dataset: DATASET, preBodyId: "1", postBodyId: "2" ${revision}) { tiles { tileId } artifacts { kind key hash } }
    connectionsBetween(dataset: DATASET, bodyIds: ["1", "2"], minWeight: 0 ${revision}) { preBodyId postBodyId weight meanConfidence }
    synapsesOfConnection(dataset: DATASET, preBodyId: "1", postBodyId: "2" ${revision}) { siteId confidence presynaptic { bodyId } provenance { tiles { tileId } } basis { flags { flagId cells } quality { measure value } } }
    synapsesInBox(dataset: DATASET, box: {begin: {x: 0, y: 0, z: 0}, end: {x: 192, y: 64, z: 8}} ${revision}) { items { siteId preBodyId postBodyId } }
    dataset(name: DATASET) { connections(minWeight: 0 ${revision}) { preBodyId postBodyId weight uncertainty { expectedWeight contacts preMargin postMargin } } }
  }`;

  it('answers at an earlier revision what it answered when that was the head', async () => {
    const content = {
      kind: 'qualityFlag',
      target: { box: { begin: [0, 0, 0], end: [8, 64, 64] } },
      payload: { reason: 'dark', severity: 'warn' },
    };
    await annotate(db, graph, { dataset, author: 'ada', content, segmentAt: async () => null } as never);
    const { headRevision } = await requireDataset(db, dataset);
    const now = await ask(reading(''));
    expect(now.errors).toBeUndefined();
    expect(JSON.stringify(now.data)).toContain('"reason":"dark"');
    await back(2);
    const other = await ask(reading(''));
    expect(other.data).not.toEqual(now.data);
    expect((await ask(reading(`revision: ${headRevision}`))).data).toEqual(now.data);
    expect((await ask(reading('revision: 2'))).data).toEqual(other.data);
    expect((await ask(reading('revision: 99'))).errors?.[0].extensions.code).toBe('NOT_FOUND');
  });

  it('lists revisions, tells two apart, and rolls back', async () => {
    const made = await ask(
      'mutation { rollback(dataset: DATASET, revision: 1, author: "ada") { kind restores author head } }',
    );
    expect(made.data).toEqual({ rollback: { kind: 'rollback', restores: 1, author: 'ada', head: true } });
    const asked = `{ revisions(dataset: DATASET) { revision kind changes { kind added } }
      revisionDiff(dataset: DATASET, from: 1, to: 2) {
        neurons { totals { gained lost changed } } synapses { lost totals { lost } }
        connections { changed { before { weight } after { weight } } } } }`;
    expect((await ask(asked)).data).toMatchObject({
      revisionDiff: {
        synapses: { lost: ['480', '496', '640'], totals: { lost: 3 } },
        connections: { changed: [{ before: { weight: '3' }, after: { weight: '2' } }] },
      },
    });
    const refused = await ask('mutation { rollback(dataset: DATASET, revision: 77) { revision } }');
    expect(refused.errors?.[0].extensions.code).toBe('NOT_FOUND');
  });
});
