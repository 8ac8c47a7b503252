// @name    neuronSources
// @summary For each given segment the artefacts that it and its fragments were read from, with the stage runs that made them.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @returns bodyId Int64, kind String, key String, hash String, lastRevision Int64, runIds List<String>
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
CALL (n) {
  MATCH (n)-[:DERIVED_FROM]->(a:Artifact) RETURN a
  UNION
  MATCH (n)-[:HasFragment]->(:Fragment)-[:DERIVED_FROM]->(a:Artifact) RETURN a
}
RETURN bodyId, a.kind AS kind, a.key AS key, a.hash AS hash, a.lastRevision AS lastRevision,
       COLLECT { MATCH (a)<-[:GENERATED]-(r:Run) RETURN r.runId ORDER BY r.runId } AS runIds
ORDER BY bodyId, kind, key
