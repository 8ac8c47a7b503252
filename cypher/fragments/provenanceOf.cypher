// From artefacts to the tiles whose pixels they rest on, with every artefact, run, model and parameter set on the way.
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
