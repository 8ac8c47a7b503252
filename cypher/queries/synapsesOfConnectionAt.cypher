// @name    synapsesOfConnectionAt
// @summary The synapses behind one connection at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   preBodyId Int64
// @param   postBodyId Int64
// @param   after Int64?  only those of larger site ids
// @param   limit Int32
// @returns siteId Int64, location Point, preSiteId Int64, preLocation Point, confidence Float, kind String,
//          kindProbability Float, uncalibrated Boolean
CALL {
  MATCH (set:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + $preBodyId + ':' + $postBodyId + ':post'})
  MATCH (set)-[:Contains]->(s:Synapse)<-[:SynapsesTo]-(pre:Synapse)
  WHERE pre.bodyId = $preBodyId AND s.revision <= $revision
  RETURN s, pre.siteId AS preSiteId, pre.location AS preLocation
  UNION ALL
  MATCH (s:PastSynapse {dataset: $dataset, preBodyId: $preBodyId, bodyId: $postBodyId})
  WHERE s.fromRevision <= $revision AND s.toRevision > $revision
  RETURN s, s.preSiteId AS preSiteId, s.preLocation AS preLocation
}
WITH s, preSiteId, preLocation WHERE $after IS NULL OR s.siteId > $after
RETURN s.siteId AS siteId, s.location AS location, preSiteId, preLocation, s.confidence AS confidence, s.kind AS kind,
       s.kindProbability AS kindProbability, s.uncalibrated AS uncalibrated
ORDER BY siteId LIMIT $limit
