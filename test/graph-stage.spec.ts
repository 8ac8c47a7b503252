import { randomUUID } from 'node:crypto';
import { queries, type Graph } from '@stratome/connectome';
import { canonicalJson, hashBytes, hashJson } from '@stratome/core';
import { measures } from '@stratome/diagnostics';
import { finishRun, type Run } from '@stratome/operations';
import type { FileObjectStore } from '@stratome/storage';
import neo4j from 'neo4j-driver';
import type { DataSource } from 'typeorm';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import {
  blocks,
  columns,
  geometry,
  modelHash,
  objects,
  openStagedTissue,
  original,
  restsOn,
  sections,
  synapsesIn,
  tileId,
  type StagedTissue,
} from './staged-tissue.js';

const dataset = `graph_stage_${randomUUID().replaceAll('-', '')}`;
let tissue: StagedTissue;
let graph: Graph;
let store: FileObjectStore;
let db: DataSource;

const ask = (cypher: string) =>
  graph.inSession(neo4j.session.READ, async (session) =>
    (await session.run(cypher, { dataset })).records.map((record) => record.toObject()),
  );

/** All nodes and relationships of the dataset, as one hash. */
async function fingerprint(): Promise<string> {
  const nodes = await ask(
    'MATCH (n {dataset: $dataset}) RETURN labels(n) AS labels, properties(n) AS properties',
  );
  const links = await ask(
    `MATCH (a {dataset: $dataset})-[r]->(b)
     RETURN type(r) AS type, properties(r) AS p, properties(a) AS a, properties(b) AS b`,
  );
  return hashJson([nodes, links].map((rows) => rows.map((row) => canonicalJson(row)).sort()));
}

const provenanceOf = async (siteId: number, type = 'post') =>
  (await graph.first(queries.synapseProvenance, { dataset, siteId: BigInt(siteId), type }))!;

const tilesOf = (list: readonly number[]) =>
  sections.flatMap((s) => list.map((column) => tileId(s, column))).sort();

beforeAll(async () => {
  tissue = await openStagedTissue(dataset);
  ({ graph, store, db } = tissue);
});

afterAll(() => tissue.close());

describe('the stage that writes the graph', () => {
  let run: Run;
  let served: Awaited<ReturnType<StagedTissue['serve']>>;
  beforeAll(async () => {
    run = await tissue.makeRevision(original);
    served = await tissue.serve(run);
  });

  it('writes neurons, synapses, connections and measurements, and shows them to readers', async () => {
    expect(await graph.first(queries.graphSummary, { dataset })).toEqual({
      neurons: 2n,
      segments: 4n,
      synapses: 7n,
      connections: 1n,
      measurements: 22n,
    });
    expect(await graph.first(queries.head, { dataset })).toMatchObject({ revision: 1n });
    const [{ committed }] = await ask(
      'MATCH (r:Revision {dataset: $dataset, revision: 1}) RETURN r.committed IS NOT NULL AS committed',
    );
    expect(committed).toBe(true);
  });

  it('counts what reaches the confidence thresholds, between neurons only', async () => {
    const found = await ask(
      `MATCH (a:Neuron {dataset: $dataset})-[c:ConnectsTo]->(b:Segment)
       RETURN a.bodyId AS pre, b.bodyId AS post, c.weight AS weight, c.weightHP AS hp, c.weightHR AS hr ORDER BY pre`,
    );
    expect(found).toEqual([
      { pre: 1n, post: 2n, weight: 3n, hp: 2n, hr: 3n },
      { pre: 2n, post: 1n, weight: 0n, hp: 0n, hr: 1n },
    ]);
    const [one] = await ask(
      `MATCH (n:Segment {dataset: $dataset, bodyId: 1})
       RETURN n.pre AS pre, n.downstream AS downstream, n.post AS post, n.size AS size, n.cableLengthUm AS cable`,
    );
    expect(one).toEqual({ pre: 3n, downstream: 4n, post: 1n, size: 800n, cable: 1.5 });
  });

  it('places everything in voxels of the aligned volume', async () => {
    const [site] = await ask(
      `MATCH (s:Synapse {dataset: $dataset, siteId: 160, type: 'post'})-[:IN_CELL]->(c:Cell)
       RETURN s.location AS at, s.uncalibrated AS uncalibrated, c.cellKey AS cell, c.boxEnd AS cellEnd`,
    );
    expect(site).toMatchObject({
      at: { x: 10, y: 6, z: 1 },
      uncalibrated: true,
      cell: 'cell/0/0/0',
      cellEnd: [8n, 64n, 64n],
    });
    const boxes = await ask(
      `MATCH (a:Artifact {dataset: $dataset, key: '0/0/2'}) WHERE a.kind IN ['em', 'affinities', 'synapse-records']
       RETURN a.boxBegin AS begin, a.boxEnd AS end`,
    );
    const box = { begin: [0n, 0n, 128n], end: [8n, 64n, 192n] };
    expect(boxes).toEqual([box, box, box]);
  });

  it('leaves partners null that are no object, and keeps those that are no neuron', async () => {
    const bodies = await ask(
      `MATCH (a:Synapse {dataset: $dataset, type: 'pre'})-[:SynapsesTo]->(b:Synapse)
       RETURN b.siteId AS id, a.bodyId AS pre, b.bodyId AS post ORDER BY id`,
    );
    expect(bodies).toEqual([
      { id: 160n, pre: 1n, post: 2n },
      { id: 161n, pre: 1n, post: 3n },
      { id: 320n, pre: 1n, post: 2n },
      { id: 336n, pre: 2n, post: null },
      { id: 480n, pre: 2n, post: 1n },
      { id: 496n, pre: null, post: 2n },
      { id: 640n, pre: 1n, post: 2n },
    ]);
  });

  it('combines the measurements of a cell over tasks by their weight', async () => {
    const [found] = await ask(
      `MATCH (r:Run)-[:GENERATED]->(m:Measurement {dataset: $dataset})-[:OF]->(c:Cell)
       WHERE m.measure = 'synapseConfidence'
       RETURN m.value AS value, m.count AS count, m.layer AS layer, c.cellKey AS cell, r.stage AS stage`,
    );
    expect(found).toMatchObject({ count: 4n, layer: 'L4', cell: 'cell/0/0/0', stage: 'synapses' });
    expect(found.value).toBeCloseTo((2 * 0.9 + 0.6 + 0.3) / 4, 12);
  });

  it('brings measurements of every layer to cells, in the unit of the registry', async () => {
    const found = await graph.run(queries.qualityMeasures, { dataset });
    expect(new Set(found.map(({ layer }) => layer))).toEqual(new Set(['L1', 'L2', 'L3', 'L4', 'L5']));
    for (const { layer, measure, unit } of found)
      expect(measures[measure as keyof typeof measures]).toMatchObject({ layer, unit });
    const [focus] = await graph.run(queries.qualityField, {
      dataset,
      layer: 'L1',
      measure: 'focus',
      revision: 1n,
      grid: null,
    });
    expect(focus).toMatchObject({ cellKey: 'cell/0/0/0', count: 200n });
    expect(focus.value).toBeCloseTo(0.6, 12);
  });

  it('brings what was measured by section to sections', async () => {
    const field = { dataset, layer: 'L1', measure: 'contrast', revision: 1n };
    const rows = await graph.run(queries.qualityField, { ...field, grid: 'section' });
    expect(rows.map(({ cellKey, value }) => [cellKey, value])).toEqual([
      ['section/0', 90],
      ['section/1', 60],
    ]);
    const [, height, width] = geometry.shape;
    expect(rows[1]).toMatchObject({ boxBegin: [1, 0, 0], boxEnd: [2, height, width] });
    const measured = await graph.run(queries.qualityMeasures, { dataset });
    expect(measured.find(({ measure }) => measure === 'contrast')).toMatchObject({ cells: 0n, sections: 2n });
  });

  it('measures connections as the graph holds them, by its own run', async () => {
    const found = await ask(
      `MATCH (:Run {stage: 'graph'})-[:GENERATED]->(m:Measurement {dataset: $dataset, layer: 'L5'})
       RETURN m.measure AS measure, m.cellKey AS cell, m.value AS value, m.count AS count`,
    );
    const of = (measure: string) =>
      Object.fromEntries(
        found
          .filter((row) => row.measure === measure)
          .map((row) => [row.cell, [Number(row.value.toPrecision(9)), row.count]]),
      );
    // Only the three synapses from 1 to 2 are sure enough and between neurons: one in the first cell, two in the next.
    const [first, second, third] = ['cell/0/0/0', 'cell/0/0/1', 'cell/0/0/2'];
    expect(of('connectionsPerNeuron')).toEqual({ [first]: [1, 2n], [second]: [1, 2n] });
    expect(of('synapsesPerConnection')).toEqual({ [first]: [3, 1n], [second]: [3, 2n] });
    expect(of('connectionConfidence')).toEqual({ [first]: [0.8, 1n], [second]: [0.8, 2n] });
    expect(of('unconnectedSynapses')).toEqual({
      [first]: [0.5, 2n],
      [second]: [0.333333333, 3n],
      [third]: [1, 2n],
    });
    expect(of('weightPerCableUm')).toEqual({ [first]: [2, 1n], [second]: [2, 1n] });
    expect(of('recountDifference')).toEqual({ [first]: [0, 1n], [second]: [0, 2n] });
  });

  it('stands in the graph as a run with the six fields that PostgreSQL holds of it', async () => {
    const stageRun = await tissue.commitGraph(run, served);
    const [node] = await graph.run(queries.stageRuns, { dataset, stage: 'graph', limit: 10 });
    expect(node).toMatchObject({
      runId: stageRun.id,
      layer: 'L5',
      revision: 1n,
      inputHash: stageRun.inputHash,
      codeRevision: stageRun.codeCommit,
      codeDirty: stageRun.codeDirty,
      modelId: stageRun.modelId,
      modelHash: stageRun.modelHash,
      parametersHash: stageRun.parametersHash,
      environmentHash: stageRun.environmentHash,
      outputHash: stageRun.outputHash,
    });
    const [{ used }] = await ask(
      `MATCH (:Run {dataset: $dataset, stage: 'graph'})-[:USED]->(a:Artifact) RETURN collect(DISTINCT a.kind) AS used`,
    );
    expect(used).toEqual(expect.arrayContaining(['objects', 'synapses', 'measures/shapes']));
  });

  it.each(columns)('traces the synapses of block %i to exactly the tiles below it', async (b) => {
    for (const { id, siteId } of synapsesIn[b]) {
      for (const [site, type] of [
        [id, 'post'],
        [siteId, 'pre'],
      ] as const) {
        const { tiles } = await provenanceOf(Number(site), type);
        expect(tiles.map(({ tileId: name }) => name)).toEqual(tilesOf(restsOn[b]));
        for (const { tileId: name, hash } of tiles) expect(hash).toBe(hashBytes(tissue.tileBytes(name)));
      }
    }
  });

  it('traces a synapse put together from two blocks to the tiles below both, and takes its kind as judged', async () => {
    const { tiles, artifacts, parameterSources } = await provenanceOf(640);
    expect(tiles.map(({ tileId: name }) => name)).toEqual(tilesOf([0, 1, 2]));
    const records = artifacts.filter(({ kind }) => kind === 'synapse-records');
    expect(records.map(({ key }) => key)).toEqual(blocks([1, 2]));
    expect(parameterSources.map(({ kind }) => kind)).toContain('presynaptic-kinds');
    expect(parameterSources.map(({ kind }) => kind)).not.toContain('synapse-records');
    const [site] = await ask(
      `MATCH (s:Synapse {dataset: $dataset, siteId: 640, type: 'post'})
       RETURN s.kind AS kind, s.kindProbability AS probability`,
    );
    expect(site).toEqual({ kind: 'inhibitory', probability: 0.25 });
  });

  it('keeps a block of a step over the whole dataset apart from the others, which it rests on through one artefact', async () => {
    const [key] = blocks([1]);
    for (const [kind, own, through] of [
      ['agglomeration', 'supervoxel-table', 'merges'],
      ['partner-exclusions', 'object-rows', 'objects'],
    ]) {
      const sources = await ask(
        `MATCH (:Artifact {dataset: $dataset, kind: '${kind}', key: '${key}'})-[:PARAMETERS_FROM]->(a)
         RETURN a.kind AS kind, a.key AS key ORDER BY kind`,
      );
      const expected = [
        { kind: own, key },
        { kind: through, key: 'dataset' },
      ];
      expect(sources).toEqual(expected.sort((a, b) => (a.kind < b.kind ? -1 : 1)));
    }
  });

  it('names the runs and the model on the way, and what was estimated from elsewhere beside it', async () => {
    const { runs, artifacts, parameterSources } = await provenanceOf(160);
    const stagesOnTheWay = new Set(runs.map(({ stage }) => stage));
    for (const stage of [
      'normalise',
      'render',
      'affinities',
      'supervoxels',
      'segment',
      'synapsemaps',
      'synapses',
      'synapsemerge',
    ])
      expect(stagesOnTheWay).toContain(stage);
    expect(runs.find(({ stage }) => stage === 'affinities')).toMatchObject({
      modelId: 'test-net',
      modelHash,
    });
    expect(artifacts.filter(({ kind }) => kind === 'em').map(({ key }) => key)).toEqual(['0/0/0']);
    expect(artifacts.map(({ kind }) => kind)).not.toContain('geometry');
    for (const kind of ['geometry', 'transform', 'agglomeration', 'illumination', 'partner-exclusions'])
      expect(parameterSources.map((source) => source.kind)).toContain(kind);
    const [model] = await ask(
      `MATCH (:Run {dataset: $dataset})-[:USED]->(m:Model) RETURN DISTINCT m.licence AS licence, m.card AS card`,
    );
    expect(model.licence).toBe('Apache-2.0');
    expect(JSON.parse(model.card)).toMatchObject({ version: '1.0.0' });
  });

  it('changes nothing when it is done twice', async () => {
    const before = await fingerprint();
    await tissue.serve(run);
    expect(await fingerprint()).toBe(before);
  });

  describe('with a revision before it', () => {
    let next: Run;
    let leftBehind: Promise<{ left: bigint }>;
    beforeAll(async () => {
      await finishRun(db, run.id);
      next = await tissue.makeRevision({
        agglomeration: 'second',
        objects: objects.filter(({ id }) => id !== '5'),
        synapses: [synapsesIn[0], synapsesIn[1], []],
        across: [],
        unmeasured: true,
      });
    });

    it('leaves readers what they see when it comes to no end', async () => {
      const broken = Object.assign(Object.create(store) as FileObjectStore, {
        put: () => Promise.reject(new Error('the disk is full')),
      });
      await expect(tissue.serve(next, {}, broken)).rejects.toThrow('the disk is full');
      leftBehind = graph.inSession('WRITE', async (session) => {
        const { records } = await session.run(
          `MATCH (m:Measurement {dataset: $dataset, revision: 1})-[:OF]->(c:Cell)
           WHERE NOT EXISTS {
             MATCH (n:Measurement {dataset: $dataset, revision: 2, measure: m.measure, cellKey: m.cellKey}) }
           WITH m, c ORDER BY m.measure, m.cellKey LIMIT 5
           MATCH (r:Run {dataset: $dataset, revision: 2, stage: 'segment'})
           CREATE (n:Measurement {dataset: $dataset, revision: 2, layer: m.layer, measure: m.measure, cellKey: m.cellKey,
                                  value: 99.0, unit: m.unit, count: 1})
           CREATE (n)-[:OF]->(c), (r)-[:GENERATED]->(n)
           RETURN count(*) AS left`,
          { dataset },
        );
        return { left: records[0].get('left') as bigint };
      });
      await leftBehind;
      expect(await graph.first(queries.head, { dataset })).toMatchObject({ revision: 1n });
      expect(await graph.first(queries.graphSummary, { dataset })).toEqual({
        neurons: 2n,
        segments: 4n,
        synapses: 7n,
        connections: 1n,
        measurements: 22n,
      });
      const runs = await graph.run(queries.stageRuns, { dataset, stage: null, limit: 100 });
      expect(runs.every(({ revision }) => revision === 1n)).toBe(true);
    });

    it('never lets readers see anything but one revision or the other, though two workers are at it', async () => {
      let loading = true;
      const seen: { segments: bigint; synapses: bigint }[] = [];
      const reading = (async () => {
        while (loading) seen.push((await graph.first(queries.graphSummary, { dataset }))!);
      })();
      // The queue gives a task to another worker when one was out of touch, and may still be at it.
      const [first, second] = await Promise.all([tissue.serve(next), tissue.serve(next)]);
      expect(second.artifacts).toEqual(first.artifacts);
      loading = false;
      await reading;
      expect(seen.length).toBeGreaterThan(0);
      for (const { segments, synapses } of seen) {
        expect([4n, 3n]).toContain(segments);
        expect([7n, 4n]).toContain(synapses);
      }
    });

    it('keeps the measurements and runs of earlier revisions', async () => {
      const field = { dataset, layer: 'L4', measure: 'synapseConfidence', grid: null };
      const [before] = await graph.run(queries.qualityField, { ...field, revision: 1n });
      expect(before).toMatchObject({ revision: 1n });
      for (const kept of ['Measurement', 'Run']) {
        const [{ all }] = await ask(
          `MATCH (m:${kept} {dataset: $dataset}) RETURN collect(DISTINCT m.revision) AS all`,
        );
        expect(all.sort()).toEqual([1n, 2n]);
      }
    });

    it('writes over what a load that came to no end had measured otherwise', async () => {
      const values = async () =>
        (await graph.run(queries.measurementsAt, { dataset, revision: 2n })).map(({ value }) => value);
      // 99 stood where the run measures what was measured before.
      const { left } = await leftBehind;
      expect(left).toBeGreaterThan(0n);
      expect((await values()).filter((value) => value === 99)).toEqual([]);
    });

    it('ends what it does not measure, and leaves it to those who read the revision before', async () => {
      const at = async (revision: bigint) =>
        (await graph.run(queries.measurementsAt, { dataset, revision })).map(
          ({ measure, cellKey }) => `${measure} ${cellKey}`,
        );
      const ended = 'synapseConfidence cell/0/0/0';
      expect(await at(1n)).toContain(ended);
      expect(await at(2n)).not.toContain(ended);
      const cells = { dataset, cellKeys: ['cell/0/0/0'] };
      const measures = async (revision: bigint) =>
        (await graph.run(queries.qualityOfCells, { ...cells, revision })).map(({ measure }) => measure);
      expect(await measures(1n)).toContain('synapseConfidence');
      expect(await measures(2n)).not.toContain('synapseConfidence');
      const now = (await at(2n)).length;
      expect(await graph.first(queries.graphSummary, { dataset })).toMatchObject({
        measurements: BigInt(now),
      });
      const [{ anew }] = await ask(
        `MATCH (m:Measurement {dataset: $dataset, revision: 2}) WHERE m.value IS NOT NULL RETURN count(m) AS anew`,
      );
      // What came out as it was is not written again.
      expect(anew).toBeGreaterThan(0n);
      expect(anew).toBeLessThan(BigInt(now));
    });

    it('touches nothing that did not change', async () => {
      const [{ kept }] = await ask(
        'MATCH (s:Synapse {dataset: $dataset, revision: 1}) RETURN collect(s.siteId) AS kept',
      );
      // The synapses of the first two blocks are as they were; one of them names a segment that is gone.
      expect(kept.length).toBeGreaterThan(4);
      const [{ past }] = await ask(
        `MATCH (p:PastSynapse {dataset: $dataset}) WHERE p.fromRevision = 1 AND p.toRevision = 2
         RETURN collect(p.siteId) AS past`,
      );
      expect(past.sort()).toEqual([480n, 496n, 640n]);
    });

    it('shows the next revision without what vanished, and keeps the runs that made what stays', async () => {
      await tissue.serve(next);
      expect(await graph.first(queries.graphSummary, { dataset })).toMatchObject({
        segments: 3n,
        synapses: 4n,
      });
      expect(await graph.first(queries.head, { dataset })).toMatchObject({ revision: 2n });
      const { tiles, runs } = await provenanceOf(160);
      expect(tiles.map(({ tileId: name }) => name)).toEqual(tilesOf([0]));
      const revisions = await ask(
        `MATCH (r:Run {dataset: $dataset})-[:GENERATED]->(:Artifact) RETURN DISTINCT r.stage AS stage, r.revision AS revision`,
      );
      const of = (stage: string) => revisions.filter((r) => r.stage === stage).map((r) => r.revision);
      expect(of('render')).toEqual([1n]);
      expect(of('segment')).toEqual(expect.arrayContaining([1n, 2n]));
      expect(new Set(runs.map(({ runId }) => runId)).size).toBe(runs.length);
    });
  });

  it('refuses to put a dataset back to an earlier revision', async () => {
    await db.query('UPDATE dataset SET head_revision = 2 WHERE name = $1', [dataset]);
    const before = await fingerprint();
    await expect(tissue.serve(run)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await fingerprint()).toBe(before);
  });
});
