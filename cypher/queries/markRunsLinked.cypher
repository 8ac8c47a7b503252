// @name    markRunsLinked
// @summary Notes that all inputs and outputs of some stage runs are in the graph.
// @mode    write
// @param   dataset String
// @param   rows List<{runId String, linksHash String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (r:Run {dataset: $dataset, runId: row.runId})
SET r.linksHash = row.linksHash
RETURN count(*) AS written
