// @name    changedSites
// @summary Presynaptic sites that differ between two revisions, each as it was at either; null where there was none.
// @mode    read
// @param   dataset String
// @param   earlier Int64
// @param   later Int64
// @returns key String, before Map?, after Map?
MATCH (p:Past {dataset: $dataset, pastOf: 'site'})
WHERE p.toRevision > $earlier AND p.toRevision <= $later AND p.fromRevision <= $earlier
WITH p, toInteger(p.pastKey) AS siteId
OPTIONAL MATCH (s:Synapse {dataset: $dataset, siteId: siteId, type: 'pre'})
WHERE s.revision <= $later
OPTIONAL MATCH (s)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (s)-[:IN_CELL]->(c:Cell)
OPTIONAL MATCH (q:Past {dataset: $dataset, pastOf: 'site', pastKey: p.pastKey})
USING INDEX q:Past(dataset, pastOf, pastKey, toRevision)
WHERE q:PastSite AND q.fromRevision <= $later AND q.toRevision > $later
RETURN p.pastKey AS key, CASE WHEN p:PastSite THEN properties(p) END AS before,
       coalesce(s{.*, sourceKind: a.kind, sourceKey: a.key, sourceHash: a.hash, cellKey: c.cellKey}, properties(q)) AS after
ORDER BY siteId
