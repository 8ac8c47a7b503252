// @name    synapsesOfConnection
// @summary The synapses behind one connection.
// @mode    read
// @param   dataset String
// @param   preBodyId Int64
// @param   postBodyId Int64
// @param   after Int64?  only those of larger site ids
// @param   limit Int32
// @returns siteId Int64, location Point, preSiteId Int64, preLocation Point, confidence Float, kind String,
//          kindProbability Float, uncalibrated Boolean
MATCH (set:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + $preBodyId + ':' + $postBodyId + ':post'})
MATCH (set)-[:Contains]->(s:Synapse)<-[:SynapsesTo]-(pre:Synapse)
WHERE pre.bodyId = $preBodyId AND ($after IS NULL OR s.siteId > $after)
RETURN s.siteId AS siteId, s.location AS location, pre.siteId AS preSiteId, pre.location AS preLocation,
       s.confidence AS confidence, s.kind AS kind, s.kindProbability AS kindProbability,
       s.uncalibrated AS uncalibrated
ORDER BY siteId LIMIT $limit
