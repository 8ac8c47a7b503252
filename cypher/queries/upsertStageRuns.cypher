// @name    upsertStageRuns
// @summary Records stage runs with the code, parameters and environment each one used.
// @mode    write
// @param   dataset String
// @param   revision Int64  one in which what the runs made is valid
// @param   rows List<{runId String, stage String, stageVersion Int32?, layer String, inputHash String, outputHash String, codeHash String,
//          codeDirty Boolean, modelId String, modelHash String, parametersHash String, parametersJson String, parameterNames List<String>, parameterValues List<String>,
//          environmentHash String, environmentJson String, executionProvider String, seed Int64?, startedAt String,
//          finishedAt String, revision Int64}>  times in ISO form
// @returns written Int64
UNWIND $rows AS row
MERGE (r:Run {dataset: $dataset, runId: row.runId})
SET r.stage = row.stage, r.stageVersion = row.stageVersion, r.layer = row.layer, r.inputHash = row.inputHash, r.outputHash = row.outputHash,
    r.codeRevision = row.codeHash, r.codeDirty = row.codeDirty, r.modelId = row.modelId, r.modelHash = row.modelHash,
    r.parametersHash = row.parametersHash, r.environmentHash = row.environmentHash, r.seed = row.seed,
    r.started = coalesce(r.started, datetime(row.startedAt)),
    r.finished = coalesce(r.finished, datetime(row.finishedAt)), r.revision = row.revision, r.lastRevision = $revision
MERGE (p:ParameterSet {hash: row.parametersHash})
ON CREATE SET p.json = row.parametersJson
SET p.names = row.parameterNames, p.values = row.parameterValues
MERGE (c:CodeRevision {hash: row.codeHash, dirty: row.codeDirty})
MERGE (e:Environment {hash: row.environmentHash})
ON CREATE SET e.json = row.environmentJson, e.executionProvider = row.executionProvider
MERGE (r)-[:USED]->(p)
MERGE (r)-[:USED]->(c)
MERGE (r)-[:USED]->(e)
RETURN count(*) AS written
