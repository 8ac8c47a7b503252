import { queries } from '@stratome/connectome';
import { canonicalJson } from '@stratome/core';
import { artifactsAt, kindsAt } from '@stratome/operations';

/** Labels of what a reader of the head sees of connectivity. */
const shownLabels = ['Segment', 'Fragment', 'Synapse', 'SynapseSet', 'Meta'];

/** Since when a row has been as it is, and when it was edited, differ after a rollback; all else must not. */
function timeless(properties) {
  const {
    revision: _,
    lastDatabaseEdit: _edit,
    lastRevision: _last,
    sourcesHash: _sources,
    linksHash: _links,
    ...rest
  } = properties;
  return rest;
}

/** Everything that a reader of the head sees in the graph, as sorted text: nodes, relationships, properties, measurements. */
export async function graphAtHead(graph, dataset) {
  const ask = (cypher) =>
    graph.inSession('READ', async (session) =>
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
  const { revision } = await graph.first(queries.head, { dataset });
  const measured = await graph.run(queries.measurementsAt, { dataset, revision });
  const rows = [
    ...nodes.map(({ labels, p }) => ({ labels: [...labels].sort(), p: timeless(p) })),
    ...links.map(({ type, p, a, b }) => ({ type, p: timeless(p), a: timeless(a), b: timeless(b) })),
    ...measured.map(timeless),
  ];
  return rows.map(canonicalJson).sort().join('\n');
}

/** Every artefact at the revision that Neo4j's Head shows, as sorted text. */
export async function volumesAtHead(db, graph, dataset) {
  const { revision } = await graph.first(queries.head, { dataset });
  const rows = [];
  for (const kind of await kindsAt(db, dataset, Number(revision)))
    for (const { key, hash } of await artifactsAt(db, dataset, Number(revision), kind))
      rows.push(`${kind} ${key} ${hash}`);
  return rows.sort().join('\n');
}

/** All that readers of the head see. */
export const stateAtHead = async (db, graph, dataset) => ({
  shown: await graphAtHead(graph, dataset),
  volumes: await volumesAtHead(db, graph, dataset),
});
