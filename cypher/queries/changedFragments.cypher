// @name    changedFragments
// @summary Fragments that differ between two revisions, each as it was at either; null where there was none.
// @mode    read
// @param   dataset String
// @param   earlier Int64
// @param   later Int64
// @returns key String, before Map?, after Map?
MATCH (p:Past {dataset: $dataset, pastOf: 'fragment'})
WHERE p.toRevision > $earlier AND p.toRevision <= $later AND p.fromRevision <= $earlier
WITH p, toInteger(split(p.pastKey, '/')[0]) AS bodyId, substring(p.pastKey, size(split(p.pastKey, '/')[0]) + 1) AS blockKey
OPTIONAL MATCH (f:Fragment {dataset: $dataset, bodyId: bodyId, blockKey: blockKey})
WHERE f.revision <= $later
OPTIONAL MATCH (f)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (f)-[:IN_CELL]->(c:Cell)
OPTIONAL MATCH (q:Past {dataset: $dataset, pastOf: 'fragment', pastKey: p.pastKey})
USING INDEX q:Past(dataset, pastOf, pastKey, toRevision)
WHERE q:PastFragment AND q.fromRevision <= $later AND q.toRevision > $later
RETURN p.pastKey AS key, CASE WHEN p:PastFragment THEN properties(p) END AS before,
       coalesce(f{.*, sourceKind: a.kind, sourceKey: a.key, sourceHash: a.hash, cellKey: c.cellKey}, properties(q)) AS after
ORDER BY bodyId, blockKey
