// @name    retireSegments
// @summary Keeps segments as they are before a revision changes them, and takes from them what is not set anew.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one that changes them
// @param   rows List<{bodyId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (n:Segment {dataset: $dataset, bodyId: row.bodyId})
WHERE n.revision < $revision
CREATE (p:Past:PastSegment)
SET p = properties(n), p.revision = null, p.pastOf = 'segment', p.pastKey = toString(n.bodyId), p.fromRevision = n.revision,
    p.toRevision = $revision, p.neuron = n:Neuron,
    p.sources = COLLECT { MATCH (n)-[:DERIVED_FROM]->(a:Artifact)
                          RETURN a.kind + '\n' + a.key + '\n' + a.hash AS source ORDER BY source }
SET n += apoc.map.fromPairs([name IN keys(apoc.convert.fromJsonMap(coalesce(n.roiInfo, '{}'))) | [name, null]])
RETURN count(*) AS written
