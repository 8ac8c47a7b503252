// @name    linkRunModels
// @summary Says which model each stage run used.
// @mode    write
// @param   dataset String
// @param   rows List<{runId String, modelHash String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (r:Run {dataset: $dataset, runId: row.runId})
MATCH (m:Model {hash: row.modelHash})
MERGE (r)-[:USED]->(m)
RETURN count(*) AS written
