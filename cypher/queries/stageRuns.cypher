// @name    stageRuns
// @summary The stage runs behind what readers see of a dataset and saw before, the latest first.
// @mode    read
// @param   dataset String
// @param   stage String?
// @param   limit Int32
// @returns runId String, stage String, stageVersion Int32?, layer String, revision Int64, inputHash String, outputHash String,
//          codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//          parametersJson String, environmentHash String, environmentJson String, executionProvider String,
//          started String, finished String
OPTIONAL MATCH (h:Head {dataset: $dataset})
WITH coalesce(h.revision, 0) AS shown
MATCH (r:Run {dataset: $dataset})
WHERE (shown = 0 OR r.revision <= shown) AND r.runId IS NOT NULL AND ($stage IS NULL OR r.stage = $stage)
WITH r ORDER BY r.started DESC, r.runId LIMIT $limit
MATCH (p:ParameterSet {hash: r.parametersHash})
MATCH (e:Environment {hash: r.environmentHash})
RETURN r.runId AS runId, r.stage AS stage, r.stageVersion AS stageVersion, r.layer AS layer, r.revision AS revision,
       r.inputHash AS inputHash,
       r.outputHash AS outputHash, r.codeRevision AS codeRevision, r.codeDirty AS codeDirty, r.modelId AS modelId,
       r.modelHash AS modelHash, r.parametersHash AS parametersHash, p.json AS parametersJson,
       r.environmentHash AS environmentHash, e.json AS environmentJson, e.executionProvider AS executionProvider,
       toString(r.started) AS started, toString(r.finished) AS finished
ORDER BY r.started DESC, runId
