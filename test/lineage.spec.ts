import { chmod, cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { queries, type Graph } from '@stratome/connectome';
import { latestRun, openDatabase, stageRunsOf, type StageRun } from '@stratome/operations';
import { FileObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPython } from './clients/python.js';
import { openTestGraph } from './graph-tissue.js';
import { LineageWalk, type WalkRow } from './lineage-walk.js';
import { stratomeIn, type Ended } from './stratome-command.js';

const dataset = 'lineage_tiny';
const root = fileURLToPath(new URL('..', import.meta.url));

let db: DataSource;
let graph: Graph;
let store: FileObjectStore;
let scratch: string;
let models: string;
let walk: LineageWalk;
let stageRuns: StageRun[];

const command = (...args: string[]): Promise<Ended> => stratomeIn({ STRATOME_MODELS: models }, ...args);
const stageRun = (stage: string) => stageRuns.find((run) => run.stage === stage)!;
const ask = (cypher: string, params: Record<string, unknown> = {}) =>
  graph.inSession('WRITE', async (session) => (await session.run(cypher, { dataset, ...params })).records);

beforeAll(async () => {
  db = await openDatabase(process.env.POSTGRES_URL!);
  graph = await openTestGraph();
  store = new FileObjectStore(process.env.STRATOME_HOME!);
  scratch = await mkdtemp(join(tmpdir(), 'stratome-lineage-'));
  models = join(scratch, 'models');
  await cp(join(root, 'models'), models, { recursive: true });
  const { code, json } = await command('start', '--once', '--tiny', '--name', dataset, '--seed', '9001');
  expect(json.error).toBeUndefined();
  expect(code).toBe(0);
  const run = await latestRun(db, dataset);
  stageRuns = await stageRunsOf(db, run!.id);
  walk = await LineageWalk.at(db, store, dataset, run!.revision);
});

afterAll(async () => {
  await db.destroy();
  await graph.close();
  await rm(scratch, { recursive: true, force: true });
});

interface StoredSynapse {
  readonly id: string;
  readonly preSegment: string;
  readonly postSegment: string;
  readonly confidence: number;
}

/** The connections that some stored synapses are in, by the graph's own list of connections. */
async function pairsOf(rows: Iterable<WalkRow>): Promise<Set<string>> {
  const known = await graph.run(queries.storedConnections, { dataset });
  const stored = new Set(known.map(({ preBodyId, postBodyId }) => `${preBodyId} ${postBodyId}`));
  const pairs = new Set<string>();
  for (const row of rows) {
    if (row.kind !== 'synapses') continue;
    for (const { preSegment, postSegment } of await walk.read<StoredSynapse[]>(row)) {
      if (stored.has(`${preSegment} ${postSegment}`)) pairs.add(`${preSegment} ${postSegment}`);
    }
  }
  return pairs;
}

async function neuronsOf(rows: Iterable<WalkRow>): Promise<Set<string>> {
  const blocks = new Set([...rows].filter(({ kind }) => kind === 'object-rows').map(({ task }) => task));
  interface StoredObject {
    readonly id: string;
    readonly class: string;
    readonly dust: boolean;
    readonly blocks: readonly { readonly key: string }[];
  }
  const objects = await walk.read<StoredObject[]>(walk.row('objects', 'dataset'));
  const neurons = objects.filter((o) => o.class === 'neurite' && !o.dust);
  return new Set(neurons.filter((o) => o.blocks.some(({ key }) => blocks.has(key))).map(({ id }) => id));
}

async function expectStale(
  row: queries.StaleIfTileRow | undefined,
  made: readonly WalkRow[],
  connectionsToo = false,
): Promise<void> {
  const [pixels, all] = [walk.restingOn(made, true), walk.restingOn(made, false)];
  // The stage that writes the graph keeps its own measurements beside what the others wrote.
  const shown = [...all].filter(({ stage }) => stage !== 'graph');
  const count = (rows: Iterable<WalkRow>) => walk.countByKind([...rows].filter((r) => r.stage !== 'graph'));
  const found = row!.artifacts.filter(({ kind }) => kind !== 'measures/graph');
  expect(Object.fromEntries(found.map(({ kind, count: n }) => [kind, Number(n)]))).toEqual(count(shown));
  const certain = found.filter((a) => a.certain > 0n).map((a) => [a.kind, Number(a.certain)] as const);
  expect(Object.fromEntries(certain)).toEqual(count(pixels));
  expect(new Set(row!.bodyIds.map(String))).toEqual(await neuronsOf(all));
  expect(Number(row!.certainNeurons)).toBe((await neuronsOf(pixels)).size);
  const pairs = new Set(row!.pairs.map(({ preBodyId, postBodyId }) => `${preBodyId} ${postBodyId}`));
  expect(Number(row!.connections)).toBe(pairs.size);
  if (connectionsToo) return;
  expect(pairs).toEqual(await pairsOf(all));
  expect(Number(row!.certainConnections)).toBe((await pairsOf(pixels)).size);
}

const limit = 100_000;

describe('queries up', () => {
  it('lead from chunks of every volume and mip to the tiles that a walk over PostgreSQL finds', async () => {
    const chunks = walk.rows.filter(({ kind }) =>
      /^(em|raw|affinities|segmentation|synapsemaps)\/\d+$/.test(kind),
    );
    const some = chunks.filter((_, n) => n % Math.ceil(chunks.length / 12) === 0);
    expect(new Set(some.map(({ kind }) => kind)).size).toBeGreaterThan(3);
    for (const chunk of some) {
      const [volume, mip] = chunk.kind.split('/');
      const [z, y, x] = chunk.key.split('/').map(Number);
      const asked = { dataset, volume, mip: Number(mip), z, y, x };
      const found = await graph.run(queries.chunkProvenance, asked);
      expect(found, `${chunk.kind} ${chunk.key}`).toHaveLength(1);
      const tiles = found[0].tiles.map(({ tileId }) => tileId).sort();
      expect(tiles, `${chunk.kind} ${chunk.key}`).toEqual(walk.tilesBelow([chunk]));
      expect(tiles.length).toBeGreaterThan(0);
    }
  });

  it('lead from a connection to the tiles of its synapses', async () => {
    const connections = await graph.run(queries.storedConnections, { dataset });
    const { preBodyId, postBodyId } = connections[0];
    const rows: WalkRow[] = [];
    for (const row of walk.of('synapses')) {
      const inIt = (s: StoredSynapse) =>
        s.preSegment === String(preBodyId) && s.postSegment === String(postBodyId);
      if ((await walk.read<StoredSynapse[]>(row)).some(inIt)) rows.push(row);
    }
    const found = await graph.first(queries.connectionProvenance, { dataset, preBodyId, postBodyId });
    expect(found!.tiles.map(({ tileId }) => tileId).sort()).toEqual(walk.tilesBelow(rows));
  });
});

describe('what is stale if something changes', () => {
  it('is, for a tile, what a walk over PostgreSQL reaches', async () => {
    const tile = walk.of('tile')[0];
    await expectStale(await graph.first(queries.staleIfTile, { dataset, tileId: tile.key, limit }), [tile]);
  });

  it('is, for a model, what its runs wrote and all that follows', async () => {
    const { modelHash } = stageRun('synapsemaps');
    const made = walk.rows.filter(({ stage }) => stage === 'synapsemaps');
    const found = await graph.first(queries.staleIfModel, { dataset, modelHash, limit });
    expect(found).toMatchObject({ runs: 1n });
    await expectStale(found, made);
  });

  it('is, for the value of a parameter, what was made with that value', async () => {
    const { parameters } = stageRun('agglomerate');
    const [parameter, value] = Object.entries(parameters).find(([, v]) => typeof v === 'number')!;
    const asked = { dataset, stage: 'agglomerate', parameter, limit };
    const made = walk.rows.filter(({ stage }) => stage === 'agglomerate');
    await expectStale(
      await graph.first(queries.staleIfParameter, { ...asked, value: JSON.stringify(value) }),
      made,
    );
    expect(
      await graph.first(queries.staleIfParameter, { ...asked, value: '"no such value"' }),
    ).toBeUndefined();
  });

  it('is, for code and environment, all that ran with them', async () => {
    const { codeCommit } = stageRun('render');
    const code = { dataset, codeRevision: codeCommit, limit };
    const rendered = walk.rows.filter(({ stage }) => stage === 'render');
    await expectStale(await graph.first(queries.staleIfCode, { ...code, stage: 'render' }), rendered);
    await expectStale(await graph.first(queries.staleIfCode, { ...code, stage: null }), walk.rows, true);
    const { environmentHash } = stageRun('affinities');
    const sharing = new Set(
      stageRuns.filter((r) => r.environmentHash === environmentHash).map((r) => r.stage),
    );
    const made = walk.rows.filter(({ stage }) => sharing.has(stage));
    await expectStale(
      await graph.first(queries.staleIfEnvironment, { dataset, environmentHash, limit }),
      made,
    );
  });
});

it('every result that ever used a model is counted', async () => {
  const { modelHash } = stageRun('affinities');
  const rows = await graph.run(queries.resultsOfModel, { dataset, modelHash, limit });
  const all = walk.restingOn(
    walk.rows.filter(({ stage }) => stage === 'affinities'),
    false,
  );
  const found = rows.filter(({ result, kind }) => result === 'artefact' && kind !== 'measures/graph');
  expect(Object.fromEntries(found.map(({ kind, count }) => [kind, Number(count)]))).toEqual(
    walk.countByKind([...all].filter(({ stage }) => stage !== 'graph')),
  );
  const names = (result: string, kind: string) =>
    new Set(rows.filter((r) => r.result === result && r.kind === kind).flatMap((r) => r.names));
  expect(names('segment', 'neuron')).toEqual(await neuronsOf(all));
  expect(names('connection', 'ConnectsTo')).toEqual(await pairsOf(all));
  const stages = new Set(rows.filter(({ result }) => result === 'stage run').map(({ kind }) => kind));
  expect([...stages]).toEqual(expect.arrayContaining(['affinities', 'agglomerate', 'synapsemerge', 'graph']));
  expect(stages.has('render')).toBe(false);
  const measured = rows.filter(({ result }) => result === 'measurement').map(({ kind }) => kind);
  expect(measured).toEqual(expect.arrayContaining(['L3 affinityAmbiguity', 'L4 synapseDensity']));
  expect(measured).not.toContain('L1 contrast');
});

describe('stratome verify', () => {
  it('says that objects, records and graph agree', async () => {
    const { code, json } = await command('verify', dataset);
    expect(json).toMatchObject({ equal: true, differences: [], stages: [], graph: { differences: [] } });
    const connections = await graph.run(queries.storedConnections, { dataset });
    expect(json.graph).toMatchObject({ connectivity: { connections: connections.length } });
    expect(code).toBe(0);
  });

  it('names an altered object with what lies above and below it, and what the graph says otherwise', async () => {
    const chunk = walk
      .of('em/0')
      .find(({ hash }) => walk.of('em/0').filter((r) => r.hash === hash).length === 1)!;
    const path = store.pathOf(chunk.hash, 'gzip');
    const bytes = await readFile(path);
    const agglomeration = { kind: 'agglomeration', wrong: 'f'.repeat(64) };
    const setHash =
      'MATCH (a:Artifact {dataset: $dataset, kind: $kind}) WHERE a.hash = $from SET a.hash = $to';
    const { key, hash } = walk.of('agglomeration')[0];
    await chmod(path, 0o644);
    await writeFile(
      path,
      await readFile(store.pathOf(walk.of('em/0').find((r) => r !== chunk)!.hash, 'gzip')),
    );
    await ask(setHash, { ...agglomeration, from: hash, to: agglomeration.wrong });
    try {
      const { code, json } = await command('verify', dataset);
      expect(code).toBe(6);
      expect(json.differences).toEqual([
        {
          kind: chunk.kind,
          key: chunk.key,
          hash: chunk.hash,
          problem: 'altered',
          lineage: expect.objectContaining({
            madeBy: expect.objectContaining({ stage: 'render', task: chunk.task }),
            madeFrom: expect.arrayContaining([expect.objectContaining({ kind: 'geometry', key: 'dataset' })]),
            readBy: expect.arrayContaining([expect.objectContaining({ stage: 'affinities' })]),
          }),
          impact: expect.objectContaining({ neurons: expect.stringMatching(/^[1-9]/) }),
        },
      ]);
      expect(json.graph).toMatchObject({
        differences: [
          {
            node: 'Artifact',
            name: `agglomeration ${key}`,
            property: 'hash',
            recorded: hash,
            found: agglomeration.wrong,
          },
        ],
      });
    } finally {
      await ask(setHash, { ...agglomeration, from: agglomeration.wrong, to: hash });
      await writeFile(path, bytes);
    }
  });
});

describe('stratome reproduce', () => {
  it('makes the same artefacts of every stage again and stores nothing', async () => {
    const objects = async () => {
      let count = 0;
      for await (const _object of store.list()) count++;
      return count;
    };
    const before = [await objects(), (await db.query('SELECT count(*) FROM artifact'))[0].count];
    const { code, json } = await command('reproduce', stageRuns[0].run, '--tasks', '1');
    expect(json.error).toBeUndefined();
    const stages = json.stages as unknown as { stage: string; executed: number; differing: unknown[] }[];
    expect(stages.filter(({ differing }) => differing.length > 0)).toEqual([]);
    expect(stages.filter(({ executed }) => executed === 0)).toEqual([]);
    expect(stages).toHaveLength(stageRuns.length);
    expect(json).toMatchObject({ equal: true });
    expect(code).toBe(0);
    expect([await objects(), (await db.query('SELECT count(*) FROM artifact'))[0].count]).toEqual(before);
  });

  it('names the artefacts that come out otherwise', async () => {
    const { id, hash } = (
      await db.query(
        `SELECT a.id, a.hash FROM artifact a WHERE a.dataset = $1 AND a.kind = 'measures/residual' LIMIT 1`,
        [dataset],
      )
    )[0];
    const other = 'e'.repeat(64);
    await db.query('UPDATE artifact SET hash = $2 WHERE id = $1', [id, other]);
    try {
      const { code, json } = await command('reproduce', stageRun('residual').id, '--all');
      expect(json).toMatchObject({
        equal: false,
        stages: [
          {
            stage: 'residual',
            promise: { equality: 'exact' },
            differing: [{ kind: 'measures/residual', recorded: other, found: hash }],
          },
        ],
      });
      expect(code).toBe(6);
    } finally {
      await db.query('UPDATE artifact SET hash = $2 WHERE id = $1', [id, hash]);
    }
  });

  it('refuses, before anything is executed, when an input or the model is gone', async () => {
    const { key, hash } = walk.of('agglomeration')[0];
    const path = store.pathOf(hash, 'gzip');
    await rename(path, `${path}.away`);
    const withoutInput = await command('reproduce', stageRun('segment').id, '--all');
    await rename(`${path}.away`, path);
    expect(withoutInput.code).toBe(3);
    expect(withoutInput.json.error!.message).toContain(`agglomeration ${key}`);
    await rename(models, `${models}-away`);
    const elsewhere = { STRATOME_MODELS: join(scratch, 'none') };
    const withoutModel = await stratomeIn(elsewhere, 'reproduce', stageRun('affinities').id);
    await rename(`${models}-away`, models);
    expect(withoutModel.code).toBe(3);
    expect(withoutModel.json.error!.message).toContain(stageRun('affinities').modelHash);
    expect((await command('reproduce', '00000000-0000-4000-8000-000000000000')).code).toBe(3);
  });
});

it('stratome lineage writes what the public clients of PROV and OpenLineage read', async () => {
  const [synapses] = walk.of('synapses');
  const [{ id: siteId }] = await walk.read<StoredSynapse[]>(synapses);
  const files = {
    prov: join(scratch, 'prov.json'),
    synapseProv: join(scratch, 'synapse.json'),
    openlineage: join(scratch, 'events.jsonl'),
  };
  await command('lineage', dataset, '--out', files.prov);
  await command('lineage', dataset, '--synapse', siteId, '--out', files.synapseProv);
  await command('lineage', dataset, '--format', 'openlineage', '--out', files.openlineage);
  const { prov, synapse, events } = await runPython('read_lineage.py', files);
  expect(Object.keys(prov.activities).sort()).toEqual(stageRuns.map(({ id }) => `stratome:run-${id}`).sort());
  expect(events.map(({ run }: { run: string }) => run).sort()).toEqual(stageRuns.map(({ id }) => id).sort());
  // From the synapse over derivations by pixels, exactly the tiles that the walk over PostgreSQL finds.
  const reached = new Set<string>();
  const follow = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const [of, from, type] of synapse.derived as string[][])
      if (of === name && type !== 'stratome:ParametersFrom') follow(from);
  };
  follow(`stratome:synapse-${dataset}-${siteId}`);
  const tiles = [...reached]
    .map((name) => synapse.entities[name])
    .filter((entity) => entity['stratome:kind'] === 'tile')
    .map((entity) => entity['stratome:key']);
  expect(tiles.sort()).toEqual(walk.tilesBelow([synapses]));
  // What the stage of affinities read, and what it wrote that the next one read.
  const of = (stage: string) => `stratome:run-${stageRun(stage).id}`;
  const kindsOf = (pairs: string[][], run: string, runAt: number) =>
    new Set(
      pairs
        .filter((pair) => pair[runAt] === run)
        .map((pair) => prov.entities[pair[1 - runAt]]['stratome:kind']),
    );
  expect(kindsOf(prov.used, of('affinities'), 0)).toContain('em');
  expect(kindsOf(prov.generated, of('affinities'), 1)).toContain('affinities');
  expect(kindsOf(prov.used, of('supervoxels'), 0)).toContain('affinities');
  expect((await command('lineage', dataset, '--synapse', '9', '--neuron', '9')).code).toBe(2);
  expect((await command('lineage', dataset, '--neuron', '999999999')).code).toBe(3);
  // The clients are installed on first use.
}, 900_000);

it('the difference of two runs is the parameter that was changed', async () => {
  const { code, json } = await command('run', dataset, '--set', 'graph.postHP=0.6');
  expect(json.error).toBeUndefined();
  expect(code).toBe(0);
  const later = await stageRunsOf(db, (await latestRun(db, dataset))!.id);
  const otherRunId = later.find(({ stage }) => stage === 'graph')!.id;
  const asked = { dataset, runId: stageRun('graph').id, otherRunId };
  const difference = await graph.first(queries.stageRunDifference, asked);
  expect(difference!.fields.filter(({ differs }) => differs).map(({ field }) => field)).toEqual(
    expect.arrayContaining(['input', 'parameters']),
  );
  expect(difference!.fields.find(({ field }) => field === 'model')!.differs).toBe(false);
  expect(difference!.parameters).toEqual([{ name: 'postHP', value: '0.7', other: '0.6' }]);
  const revisions = { dataset, revision: 1n, otherRevision: 2n };
  const byStage = await graph.run(queries.revisionRunDifference, revisions);
  // Code may be committed while the test runs.
  const graphAlone = byStage.filter(({ fields }) => fields.some((field) => field !== 'code'));
  expect(graphAlone.map(({ stage }) => stage)).toEqual(['graph']);
  expect(graphAlone[0].parameters).toEqual(difference!.parameters);
});

it('an edit and a return to an earlier revision rest on the artefacts of the run that holds in them', async () => {
  const tileId = walk.of('tile')[0].key;
  const touched = () => graph.first(queries.tileImpact, { dataset, tileId, limit: 5 });
  const before = await touched();
  expect(before!.artifacts.length).toBeGreaterThan(0);
  const flag = ['--region', '0,0,0:16,16,16', '--reason', 'a fold', '--severity', 'exclude'];
  for (const [revision, ...edit] of [
    ['3', 'flag', dataset, ...flag],
    ['4', 'rollback', dataset, '1'],
    ['5', 'rollback', dataset, '3'],
  ]) {
    const { code, json } = await command(...edit);
    expect([code, json.revision]).toEqual([0, Number(revision)]);
    const verified = await command('verify', dataset);
    expect(verified.json).toMatchObject({
      equal: true,
      graph: { revision: Number(revision), differences: [] },
    });
    expect(await touched()).toEqual(before);
  }
  const queue = await command('proofread', dataset, '--limit', '3');
  expect([queue.code, queue.json.revision]).toEqual([0, '5']);
});

it('what was lost or altered in store and graph is named, and repaired as a new revision', async () => {
  const of = 'MATCH (a:Segment {dataset: $dataset, bodyId: $pre})-[c:ConnectsTo]->(b {bodyId: $post})';
  const stored = await graph.run(queries.storedConnections, { dataset });
  const [lost, doubled] = stored.map(({ preBodyId: pre, postBodyId: post, weight }) => ({
    pre,
    post,
    weight,
  }));
  await ask(`${of} DELETE c`, lost);
  await ask(`${of} SET c.weight = 2 * c.weight + 1`, doubled);
  const once = walk.of('em/0').filter(({ hash }) => walk.rows.filter((r) => r.hash === hash).length === 1);
  const [altered, missing] = once.map(({ hash }) => store.pathOf(hash, 'gzip'));
  await chmod(altered, 0o644);
  await writeFile(altered, await readFile(missing));
  await rm(missing);
  const kept = await graph.run(queries.storedConnections, { dataset });
  const { code, json } = await command('verify', dataset);
  expect(code).toBe(6);
  expect(json.differences).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ hash: once[0].hash, problem: 'altered' }),
      expect.objectContaining({ hash: once[1].hash, problem: 'missing' }),
    ]),
  );
  const connection = { node: 'Connection', property: 'weight' };
  const nameOf = ({ pre, post }: typeof lost) => `${pre}:${post}`;
  const differences = [
    { ...connection, name: nameOf(lost), recorded: String(lost.weight), found: null },
    {
      ...connection,
      name: nameOf(doubled),
      recorded: String(doubled.weight),
      found: String(2n * doubled.weight + 1n),
    },
  ];
  const found = (json.graph as unknown as { differences: unknown[] }).differences;
  expect(found).toHaveLength(2);
  expect(found).toEqual(expect.arrayContaining(differences));

  const repaired = await command('repair', dataset);
  expect(repaired.json.error).toBeUndefined();
  expect(repaired.json).toMatchObject({ repaired: true, equal: true, discarded: 1, differences: [] });
  expect(repaired.code).toBe(0);
  const { executed } = repaired.json.tasks as unknown as { executed: number };
  // The tasks of the two chunks, and the one that writes the graph.
  expect(executed).toBeGreaterThan(1);
  expect(executed).toBeLessThan(5);
  expect(await graph.run(queries.storedConnections, { dataset })).toEqual(stored);
  const commits = await graph.run(queries.revisionCommits, { dataset });
  expect(commits.find(({ kind }) => kind === 'repair')?.revision).toBe(
    BigInt(String(repaired.json.revision)),
  );
  expect(kept).not.toEqual(stored);
  const again = await command('repair', dataset);
  expect(again.json).toMatchObject({ repaired: false, equal: true, revision: repaired.json.revision });
});
