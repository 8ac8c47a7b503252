// @name    markArtifactsLinked
// @summary Notes that all sources of some artefacts are in the graph.
// @mode    write
// @param   dataset String
// @param   rows List<{kind String, key String, hash String, sourcesHash String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (a:Artifact {dataset: $dataset, kind: row.kind, key: row.key, hash: row.hash})
SET a.sourcesHash = row.sourcesHash
RETURN count(*) AS written
