// @name    regionalParameters
// @summary The parameters of the stage runs behind a revision in which parts of the volume have some of their own.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @returns stage String, parametersJson String
OPTIONAL MATCH (shown:Revision {dataset: $dataset, revision: $revision})
WITH coalesce(shown.lineageRevision, $revision) AS held
MATCH (r:Run {dataset: $dataset})
WHERE r.runId IS NOT NULL AND r.revision <= held <= r.lastRevision
MATCH (p:ParameterSet {hash: r.parametersHash})
WHERE p.json CONTAINS '"regions":'
RETURN DISTINCT r.stage AS stage, p.json AS parametersJson
ORDER BY stage, parametersJson
