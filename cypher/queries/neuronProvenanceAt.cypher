// @name    neuronProvenanceAt
// @summary From a neuron as it was at a revision, through its fragments, to the tiles it rests on, with all on the way.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyId Int64
// @returns tiles List<{tileId String, hash String, section Int32, path String}>,
//          artifacts List<{kind String, key String, hash String, layer String}>,
//          parameterSources List<{kind String, key String, hash String, layer String}>,
//          runs List<{runId String, stage String, layer String, inputHash String, outputHash String,
//            codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//            parametersJson String, environmentHash String, executionProvider String?, started String}>
CALL {
  MATCH (n:Segment {dataset: $dataset, bodyId: $bodyId})
  WHERE n.revision <= $revision
  RETURN COLLECT { MATCH (n)-[:DERIVED_FROM]->(a:Artifact) RETURN a } AS own
  UNION ALL
  MATCH (n:PastSegment {dataset: $dataset, bodyId: $bodyId})
  WHERE n.fromRevision <= $revision AND n.toRevision > $revision
  RETURN COLLECT {
    UNWIND coalesce(n.sources, []) AS source
    WITH split(source, '\n') AS parts
    MATCH (a:Artifact {dataset: $dataset, kind: parts[0], key: parts[1], hash: parts[2]}) RETURN a
  } AS own
}
WITH own, COLLECT {
  MATCH (:Segment {dataset: $dataset, bodyId: $bodyId})-[:HasFragment]->(f:Fragment)-[:DERIVED_FROM]->(a:Artifact)
  WHERE f.revision <= $revision
  RETURN a
  UNION
  MATCH (f:Past {dataset: $dataset, pastOf: 'fragment'})
  WHERE f.pastKey STARTS WITH $bodyId + '/' AND f.fromRevision <= $revision AND f.toRevision > $revision
  MATCH (a:Artifact {dataset: $dataset, kind: f.sourceKind, key: f.sourceKey, hash: f.sourceHash})
  RETURN a
} AS parts
WITH own + parts AS sources
stratome.provenanceOf(sources)
