// @name    synapseById
// @summary One synapse, by its postsynaptic site.
// @mode    read
// @param   dataset String
// @param   siteId Int64
// @returns siteId Int64, location Point, preLocation Point?, preBodyId Int64?, postBodyId Int64?, confidence Float,
//          kind String
MATCH (s:Synapse {dataset: $dataset, siteId: $siteId, type: 'post'})
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
WITH s, head(collect(pre)) AS pre
RETURN s.siteId AS siteId, s.location AS location, pre.location AS preLocation, pre.bodyId AS preBodyId,
       s.bodyId AS postBodyId, s.confidence AS confidence, s.kind AS kind
