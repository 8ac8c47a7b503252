// @name    neuronProvenance
// @summary From a neuron, through its fragments, to the tiles whose pixels it rests on, with all on the way.
// @mode    read
// @param   dataset String
// @param   bodyId Int64
// @returns tiles List<{tileId String, hash String, section Int32, path String}>,
//          artifacts List<{kind String, key String, hash String, layer String}>,
//          parameterSources List<{kind String, key String, hash String, layer String}>,
//          runs List<{runId String, stage String, layer String, inputHash String, outputHash String,
//            codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//            parametersJson String, environmentHash String, executionProvider String?, started String}>
MATCH (n:Segment {dataset: $dataset, bodyId: $bodyId})
WITH COLLECT {
  MATCH (n)-[:DERIVED_FROM]->(a:Artifact) RETURN a
  UNION
  MATCH (n)-[:HasFragment]->(:Fragment)-[:DERIVED_FROM]->(a:Artifact) RETURN a
} AS sources
stratome.provenanceOf(sources)
