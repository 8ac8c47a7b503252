// @name    connectionProvenanceAt
// @summary From a connection as it was at a revision, through its synapses, to the tiles it rests on, with all on the way.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   preBodyId Int64
// @param   postBodyId Int64
// @returns tiles List<{tileId String, hash String, section Int32, path String}>,
//          artifacts List<{kind String, key String, hash String, layer String}>,
//          parameterSources List<{kind String, key String, hash String, layer String}>,
//          runs List<{runId String, stage String, layer String, inputHash String, outputHash String,
//            codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//            parametersJson String, environmentHash String, executionProvider String?, started String}>
WITH COLLECT {
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + $preBodyId + ':' + $postBodyId + ':post'})
        -[:Contains]->(s:Synapse)-[:DERIVED_FROM]->(a:Artifact)
  WHERE s.revision <= $revision
  RETURN a
  UNION
  MATCH (s:PastSynapse {dataset: $dataset, preBodyId: $preBodyId, bodyId: $postBodyId})
  WHERE s.fromRevision <= $revision AND s.toRevision > $revision
  MATCH (a:Artifact {dataset: $dataset, kind: s.sourceKind, key: s.sourceKey, hash: s.sourceHash})
  RETURN a
} AS sources
WHERE size(sources) > 0
stratome.provenanceOf(sources)
