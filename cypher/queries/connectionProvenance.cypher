// @name    connectionProvenance
// @summary From a connection, through its synapses, to the tiles whose pixels it rests on, with all on the way.
// @mode    read
// @param   dataset String
// @param   preBodyId Int64
// @param   postBodyId Int64
// @returns tiles List<{tileId String, hash String, section Int32, path String}>,
//          artifacts List<{kind String, key String, hash String, layer String}>,
//          parameterSources List<{kind String, key String, hash String, layer String}>,
//          runs List<{runId String, stage String, layer String, inputHash String, outputHash String,
//            codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//            parametersJson String, environmentHash String, executionProvider String?, started String}>
MATCH (set:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + $preBodyId + ':' + $postBodyId + ':post'})
WITH COLLECT {
  MATCH (set)-[:Contains]->(:Synapse)-[:DERIVED_FROM]->(a:Artifact) RETURN DISTINCT a
} AS sources
stratome.provenanceOf(sources)
