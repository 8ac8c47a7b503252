import { queries, type Graph } from '@stratome/connectome';
import { canonicalJson } from '@stratome/core';
import { artifactsAt, kindsAt } from '@stratome/operations';
import neo4j from 'neo4j-driver';
import type { DataSource } from 'typeorm';

/** Labels of what a reader of the head sees of connectivity. */
const shownLabels = ['Segment', 'Fragment', 'Synapse', 'SynapseSet', 'Meta'];

/** Since when a row has been as it is, and when it was edited, differ after a rollback; all else must not. */
function timeless(properties: Record<string, unknown>): Record<string, unknown> {
  const { revision: _, lastDatabaseEdit: _edit, lastRevision: _last, ...rest } = properties;
  return rest;
}

/** Everything that a reader of the head sees in the graph, as sorted text: nodes, relationships, properties, measurements. */
export async function graphAtHead(graph: Graph, dataset: string): Promise<string> {
  const ask = (cypher: string) =>
    graph.inSession(neo4j.session.READ, async (session) =>
      (await session.run(cypher, { dataset, shownLabels })).records.map((record) => record.toObject()),
    );
  const nodes = await ask(
    `MATCH (n {dataset: $dataset}) WHERE any(label IN labels(n) WHERE label IN $shownLabels)
     RETURN labels(n) AS labels, properties(n) AS p`,
  );
  const links = await ask(
    `MATCH (a {dataset: $dataset})-[r]->(b) WHERE any(label IN labels(a) WHERE label IN $shownLabels)
     RETURN type(r) AS type, properties(r) AS p, properties(a) AS a, properties(b) AS b`,
  );
  const { revision } = (await graph.first(queries.head, { dataset }))!;
  const measured = (await graph.run(queries.measurementsAt, { dataset, revision })) as object[];
  const rows = [
    ...nodes.map(({ labels, p }) => ({ labels: [...labels].sort(), p: timeless(p) })),
    ...links.map(({ type, p, a, b }) => ({ type, p: timeless(p), a: timeless(a), b: timeless(b) })),
    ...measured.map((row) => timeless(row as Record<string, unknown>)),
  ];
  return rows.map(canonicalJson).sort().join('\n');
}

/** Every artefact at the revision that Neo4j's Head shows, as sorted text. */
export async function volumesAtHead(db: DataSource, graph: Graph, dataset: string): Promise<string> {
  const revision = Number((await graph.first(queries.head, { dataset }))!.revision);
  const rows: string[] = [];
  for (const kind of await kindsAt(db, dataset, revision))
    for (const { key, hash } of await artifactsAt(db, dataset, revision, kind))
      rows.push(`${kind} ${key} ${hash}`);
  return rows.sort().join('\n');
}

/** All that readers of the head see. */
export const stateAtHead = async (db: DataSource, graph: Graph, dataset: string) => ({
  shown: await graphAtHead(graph, dataset),
  volumes: await volumesAtHead(db, graph, dataset),
});

export type HeadState = Awaited<ReturnType<typeof stateAtHead>>;
