// @name    changedSegments
// @summary Segments that differ between two revisions, each as it was at either; null where there was none.
// @mode    read
// @param   dataset String
// @param   earlier Int64
// @param   later Int64
// @returns key String, before Map?, after Map?
MATCH (p:Past {dataset: $dataset, pastOf: 'segment'})
WHERE p.toRevision > $earlier AND p.toRevision <= $later AND p.fromRevision <= $earlier
WITH p, toInteger(p.pastKey) AS bodyId
OPTIONAL MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
WHERE n.revision <= $later
OPTIONAL MATCH (q:PastSegment {dataset: $dataset, bodyId: bodyId})
WHERE q.fromRevision <= $later AND q.toRevision > $later
RETURN p.pastKey AS key, CASE WHEN p:PastSegment THEN properties(p) END AS before,
       coalesce(n{.*, neuron: n:Neuron,
                  sources: COLLECT { MATCH (n)-[:DERIVED_FROM]->(a:Artifact)
                                     RETURN a.kind + '\n' + a.key + '\n' + a.hash AS source ORDER BY source }},
                properties(q)) AS after
ORDER BY bodyId
