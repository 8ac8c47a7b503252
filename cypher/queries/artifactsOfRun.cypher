// @name    artifactsOfRun
// @summary What one stage run wrote.
// @mode    read
// @param   dataset String
// @param   runId String
// @param   limit Int32
// @returns kind String, key String, hash String, layer String, sizeBytes Int64?
MATCH (r:Run {dataset: $dataset, runId: $runId})-[:GENERATED]->(a:Artifact)
RETURN a.kind AS kind, a.key AS key, a.hash AS hash, a.layer AS layer, a.sizeBytes AS sizeBytes ORDER BY kind, key LIMIT $limit
