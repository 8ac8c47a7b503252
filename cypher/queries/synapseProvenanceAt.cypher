// @name    synapseProvenanceAt
// @summary From a synapse as it was at a revision to exactly the tiles whose pixels it rests on, with all on the way.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   siteId Int64
// @param   type String  pre or post
// @returns tiles List<{tileId String, hash String, section Int32, path String}>,
//          artifacts List<{kind String, key String, hash String, layer String}>,
//          parameterSources List<{kind String, key String, hash String, layer String}>,
//          runs List<{runId String, stage String, layer String, inputHash String, outputHash String,
//            codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//            parametersJson String, environmentHash String, executionProvider String?, started String}>
CALL {
  MATCH (s:Synapse {dataset: $dataset, siteId: $siteId, type: $type})
  WHERE s.revision <= $revision
  RETURN COLLECT { MATCH (s)-[:DERIVED_FROM]->(a:Artifact) RETURN a } AS sources
  UNION ALL
  MATCH (s:Past {dataset: $dataset, pastOf: CASE $type WHEN 'pre' THEN 'site' ELSE 'synapse' END, pastKey: toString($siteId)})
  WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.siteId IS NOT NULL
  RETURN COLLECT {
    MATCH (a:Artifact {dataset: $dataset, kind: s.sourceKind, key: s.sourceKey, hash: s.sourceHash}) RETURN a
  } AS sources
}
stratome.provenanceOf(sources)
