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
CALL (sources) {
  UNWIND sources AS source
  MATCH (source)-[:PIXELS_FROM*0..]->(a:Artifact)
  RETURN collect(DISTINCT a) AS pixels
}
CALL (pixels) {
  UNWIND pixels AS a
  MATCH (a)-[:PARAMETERS_FROM]->(p:Artifact)
  RETURN collect(DISTINCT p) AS parameters
}
CALL (pixels, parameters) {
  UNWIND pixels + parameters AS a
  MATCH (a)<-[:GENERATED]-(r:Run)
  WITH DISTINCT r
  OPTIONAL MATCH (r)-[:USED]->(p:ParameterSet)
  OPTIONAL MATCH (r)-[:USED]->(e:Environment)
  WITH r, p, e ORDER BY r.layer, r.stage, r.runId
  RETURN collect({runId: r.runId, stage: r.stage, layer: r.layer, inputHash: r.inputHash, outputHash: r.outputHash,
                  codeRevision: r.codeRevision, codeDirty: r.codeDirty, modelId: r.modelId, modelHash: r.modelHash,
                  parametersHash: r.parametersHash, parametersJson: p.json, environmentHash: r.environmentHash,
                  executionProvider: e.executionProvider, started: toString(r.started)}) AS runs
}
RETURN COLLECT { UNWIND pixels AS a WITH a WHERE a:Tile
                 RETURN {tileId: a.key, hash: a.hash, section: a.section, path: a.path} ORDER BY a.key } AS tiles,
       COLLECT { UNWIND pixels AS a WITH a WHERE NOT a:Tile
                 RETURN {kind: a.kind, key: a.key, hash: a.hash, layer: a.layer} ORDER BY a.kind, a.key } AS artifacts,
       COLLECT { UNWIND parameters AS a
                 RETURN {kind: a.kind, key: a.key, hash: a.hash, layer: a.layer} ORDER BY a.kind, a.key }
         AS parameterSources,
       runs
