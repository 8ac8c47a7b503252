// @name    linkSegmentArtifacts
// @summary Says which artefacts a segment was read from.
// @mode    write
// @param   dataset String
// @param   rows List<{bodyId Int64, kind String, key String, hash String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (n:Segment {dataset: $dataset, bodyId: row.bodyId})
MATCH (a:Artifact {dataset: $dataset, kind: row.kind, key: row.key, hash: row.hash})
MERGE (n)-[:DERIVED_FROM]->(a)
RETURN count(*) AS written
