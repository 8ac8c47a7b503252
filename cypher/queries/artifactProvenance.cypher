// @name    artifactProvenance
// @summary From an artefact to the tiles whose pixels it rests on, with all on the way.
// @mode    read
// @param   dataset String
// @param   kind String
// @param   key String
// @param   hash String
// @returns tiles List<{tileId String, hash String, section Int32, path String}>,
//          artifacts List<{kind String, key String, hash String, layer String}>,
//          parameterSources List<{kind String, key String, hash String, layer String}>,
//          runs List<{runId String, stage String, layer String, inputHash String, outputHash String,
//            codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//            parametersJson String, environmentHash String, executionProvider String?, started String}>
MATCH (source:Artifact {dataset: $dataset, kind: $kind, key: $key, hash: $hash})
WITH [source] AS sources
stratome.provenanceOf(sources)
