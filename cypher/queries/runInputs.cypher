// @name    runInputs
// @summary Which runs made what the given runs read.
// @mode    read
// @param   dataset String
// @param   runIds List<String>
// @returns runId String, sourceRunId String, artifacts Int64, kinds List<String>
UNWIND $runIds AS runId
MATCH (r:Run {dataset: $dataset, runId: runId})-[:USED]->(a:Artifact)<-[:GENERATED]-(source:Run)
WHERE source <> r
WITH runId, source.runId AS sourceRunId, a ORDER BY a.kind
RETURN runId, sourceRunId, count(DISTINCT a) AS artifacts, collect(DISTINCT a.kind) AS kinds
ORDER BY runId, sourceRunId
