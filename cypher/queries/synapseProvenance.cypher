// @name    synapseProvenance
// @summary From a synapse to exactly the tiles whose pixels it rests on, with every artefact, run, model and
//          parameter set on the way.
// @mode    read
// @param   dataset String
// @param   siteId Int64
// @param   type String  pre or post
// @returns tiles List<{tileId String, hash String, section Int32, path String}>,
//          artifacts List<{kind String, key String, hash String, layer String}>,
//          parameterSources List<{kind String, key String, hash String, layer String}>,
//          runs List<{runId String, stage String, layer String, inputHash String, outputHash String,
//            codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//            parametersJson String, environmentHash String, executionProvider String?, started String}>
MATCH (s:Synapse {dataset: $dataset, siteId: $siteId, type: $type})
WITH COLLECT { MATCH (s)-[:DERIVED_FROM]->(a:Artifact) RETURN a } AS sources
stratome.provenanceOf(sources)
