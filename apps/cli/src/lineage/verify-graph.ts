import { queries } from '@stratome/connectome';
import type { TileManifest } from '@stratome/ingest';
import {
  artifactsAt,
  requireRunAtHead,
  stageRunsOf,
  type Dataset,
  type StageRun,
} from '@stratome/operations';
import {
  verifyConnectivity,
  type ConnectivityVerification,
  type Lineage,
} from '@stratome/reconstruction-worker';
import type { Console } from '../action.js';
import type { Session } from '../session.js';
import type { HeadLineage } from './head-lineage.js';

/** Where the graph and what it was loaded from do not say the same. */
export interface GraphDifference {
  readonly node: 'Artifact' | 'Tile' | 'Run' | 'Segment' | 'Fragment' | 'Site' | 'Synapse' | 'Connection';
  /** Kind and key of an artefact, stage of a run, ids of a part of the connectome. */
  readonly name: string;
  readonly property: string;
  /** By PostgreSQL, the manifest and the objects on record; null where they know of nothing of the name. */
  readonly recorded: string | null;
  /** By the graph; null where it has nothing of the name. */
  readonly found: string | null;
}

export interface GraphVerification {
  readonly revision: number;
  readonly artifacts: number;
  readonly runs: number;
  /** Segments, fragments, synapses and connections that the record gives. */
  readonly connectivity: ConnectivityVerification['rows'];
  readonly differences: readonly GraphDifference[];
}

interface Expected {
  readonly node: 'Artifact' | 'Tile';
  readonly name: string;
  readonly hash: string;
  readonly properties: Readonly<Record<string, string>>;
}

const pageRows = 5000;
const text = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v));

/** What the graph should hold of a revision, by kind, key and hash. */
async function expectedArtifacts(
  { db, store }: Session,
  dataset: Dataset,
  revision: number,
  lineage: Lineage,
): Promise<Map<string, Expected>> {
  const expected = new Map<string, Expected>();
  const add = (kind: string, key: string, entry: Omit<Expected, 'name'>) =>
    expected.set(`${kind}\n${key}\n${entry.hash}`, { ...entry, name: `${kind} ${key}` });
  for (const { kind, key, hash, layer, box, sizeBytes } of lineage.artifacts) {
    const properties = {
      layer,
      sizeBytes: text(sizeBytes ?? null),
      box: text(box ? [box.begin, box.end] : null),
    };
    add(kind, key, { node: 'Artifact', hash, properties });
  }
  for (const { kind, key, hash } of await artifactsAt(db, dataset.name, revision, 'measures/graph'))
    add(kind, key, { node: 'Artifact', hash, properties: { layer: 'L5' } });
  const manifest = JSON.parse(
    Buffer.from(await store.get(dataset.manifestHash)).toString('utf8'),
  ) as TileManifest;
  for (const { tiles } of manifest.sections)
    for (const { id, sha256 } of tiles) add('tile', id, { node: 'Tile', hash: sha256, properties: {} });
  return expected;
}

type Row = queries.ArtifactPageRow;

async function* storedArtifacts({ graph }: Session, dataset: string, revision: number): AsyncGenerator<Row> {
  for (let [afterKind, afterKey, afterHash] = ['', '', '']; ; ) {
    const after = { afterKind, afterKey, afterHash };
    const page = await graph.run(queries.artifactPage, {
      dataset,
      revision: BigInt(revision),
      ...after,
      limit: pageRows,
    });
    yield* page;
    if (page.length < pageRows) return;
    ({ kind: afterKind, key: afterKey, hash: afterHash } = page[page.length - 1]);
  }
}

function propertiesOf({ layer, sizeBytes, boxBegin, boxEnd }: Row): Record<string, string> {
  return { layer, sizeBytes: text(sizeBytes), box: text(boxBegin ? [boxBegin, boxEnd] : null) };
}

async function compareArtifacts(
  session: Session,
  dataset: Dataset,
  revision: number,
  lineage: Lineage,
): Promise<{ count: number; differences: GraphDifference[] }> {
  const expected = await expectedArtifacts(session, dataset, revision, lineage);
  const surplus: GraphDifference[] = [];
  const differences: GraphDifference[] = [];
  let count = 0;
  for await (const row of storedArtifacts(session, dataset.name, revision)) {
    count++;
    const id = `${row.kind}\n${row.key}\n${row.hash}`;
    const wanted = expected.get(id);
    expected.delete(id);
    const name = `${row.kind} ${row.key}`;
    if (!wanted) {
      surplus.push({
        node: row.tile ? 'Tile' : 'Artifact',
        name,
        property: 'hash',
        recorded: null,
        found: row.hash,
      });
      continue;
    }
    const found = propertiesOf(row);
    for (const [property, recorded] of Object.entries(wanted.properties))
      if (found[property] !== recorded)
        differences.push({ node: wanted.node, name, property, recorded, found: found[property] });
  }
  return { count, differences: [...differences, ...paired([...expected.values()], surplus)] };
}

/** A node that is missing and one of the same name that should not be there are one difference. */
function paired(missing: readonly Expected[], surplus: readonly GraphDifference[]): GraphDifference[] {
  const left = [...surplus];
  const named = missing.map(({ node, name, hash }): GraphDifference => {
    const at = left.findIndex((other) => other.name === name);
    const found = at < 0 ? null : left.splice(at, 1)[0].found;
    return { node, name, property: 'hash', recorded: hash, found };
  });
  return [...named, ...left];
}

const fieldsOf = (run: StageRun) => ({
  inputHash: run.inputHash,
  codeRevision: run.codeCommit,
  codeDirty: String(run.codeDirty),
  modelHash: run.modelHash,
  parametersHash: run.parametersHash,
  environmentHash: run.environmentHash,
  outputHash: run.outputHash,
});

async function compareRuns(
  { db, graph }: Session,
  dataset: Dataset,
): Promise<{ count: number; differences: GraphDifference[] }> {
  const run = await requireRunAtHead(db, dataset.name);
  const recorded = await stageRunsOf(db, run.id);
  const stored = await graph.run(queries.stageRuns, {
    dataset: dataset.name,
    stage: null,
    limit: 100 + 100 * recorded.length,
  });
  const byId = new Map(stored.map((row) => [row.runId, row]));
  const differences: GraphDifference[] = [];
  for (const stageRun of recorded) {
    const row = byId.get(stageRun.id);
    const name = `${stageRun.stage} ${stageRun.id}`;
    if (!row) {
      differences.push({ node: 'Run', name, property: 'runId', recorded: stageRun.id, found: null });
      continue;
    }
    for (const [property, value] of Object.entries(fieldsOf(stageRun))) {
      const found = String(row[property as keyof typeof row]);
      if (found !== value) differences.push({ node: 'Run', name, property, recorded: value, found });
    }
  }
  return { count: recorded.length, differences };
}

const nodeOf = {
  neurons: 'Segment',
  fragments: 'Fragment',
  sites: 'Site',
  synapses: 'Synapse',
  connections: 'Connection',
} as const;

async function compareConnectivity(
  { db, graph, store }: Session,
  dataset: Dataset,
  { revision, lineage, geometry }: HeadLineage,
  { progress }: Console,
): Promise<Pick<GraphVerification, 'connectivity' | 'differences'>> {
  const run = { ...(await requireRunAtHead(db, dataset.name)), revision };
  const state = { db, graph, store, dataset, run };
  const { rows, differences } = await verifyConnectivity(state, geometry, lineage, (done, total) =>
    progress.update({ stage: 'compare the connectome', done, total, unit: 'kinds of rows' }),
  );
  return {
    connectivity: rows,
    differences: differences.map(({ kind, key, ...rest }) => ({ node: nodeOf[kind], name: key, ...rest })),
  };
}

/**
 * Compares what the graph shows readers with what it was loaded from: its artefacts, tiles and stage runs with the rows
 * of PostgreSQL and the tile manifest, its connectome with the objects, synapses and annotations on record.
 */
export async function verifyGraph(
  session: Session,
  dataset: Dataset,
  head: HeadLineage,
  console: Console,
): Promise<GraphVerification> {
  const artifacts = await compareArtifacts(session, dataset, head.revision, head.lineage);
  const runs = await compareRuns(session, dataset);
  const { connectivity, differences } = await compareConnectivity(session, dataset, head, console);
  return {
    revision: head.revision,
    artifacts: artifacts.count,
    runs: runs.count,
    connectivity,
    differences: [...artifacts.differences, ...runs.differences, ...differences],
  };
}
