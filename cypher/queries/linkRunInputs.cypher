// @name    linkRunInputs
// @summary Says which artefacts each stage run read.
// @mode    write
// @param   dataset String
// @param   rows List<{runId String, kind String, key String, hash String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (r:Run {dataset: $dataset, runId: row.runId})
MATCH (a:Artifact {dataset: $dataset, kind: row.kind, key: row.key, hash: row.hash})
MERGE (r)-[:USED]->(a)
RETURN count(*) AS written
