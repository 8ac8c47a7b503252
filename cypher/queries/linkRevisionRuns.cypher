// @name    linkRevisionRuns
// @summary Says which revision each stage run contributed to.
// @mode    write
// @param   dataset String
// @param   rows List<{runId String, revision Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (r:Run {dataset: $dataset, runId: row.runId})
MERGE (v:Revision {dataset: $dataset, revision: row.revision})
MERGE (r)-[:PRODUCED]->(v)
RETURN count(*) AS written
