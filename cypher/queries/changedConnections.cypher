// @name    changedConnections
// @summary Connections that differ between two revisions, each as it was at either; null where there was none.
// @mode    read
// @param   dataset String
// @param   earlier Int64
// @param   later Int64
// @returns key String, before Map?, after Map?
MATCH (p:Past {dataset: $dataset, pastOf: 'connection'})
WHERE p.toRevision > $earlier AND p.toRevision <= $later AND p.fromRevision <= $earlier
WITH p, toInteger(split(p.pastKey, ':')[0]) AS preBodyId, toInteger(split(p.pastKey, ':')[1]) AS postBodyId
OPTIONAL MATCH (a:Segment {dataset: $dataset, bodyId: preBodyId})-[c:ConnectsTo]->(b:Segment {dataset: $dataset, bodyId: postBodyId})
USING INDEX a:Segment(dataset, bodyId)
USING INDEX b:Segment(dataset, bodyId)
WHERE c.revision <= $later
OPTIONAL MATCH (q:Past {dataset: $dataset, pastOf: 'connection', pastKey: p.pastKey})
USING INDEX q:Past(dataset, pastOf, pastKey, toRevision)
WHERE q:PastConnection AND q.fromRevision <= $later AND q.toRevision > $later
RETURN p.pastKey AS key, CASE WHEN p:PastConnection THEN properties(p) END AS before,
       coalesce(c{.*, preBodyId: preBodyId, postBodyId: postBodyId}, properties(q)) AS after
ORDER BY preBodyId, postBodyId
