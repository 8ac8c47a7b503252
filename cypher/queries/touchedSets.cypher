// @name    touchedSets
// @summary Which presynaptic sites contacts lead from, and which sets hold them.
// @mode    read
// @param   dataset String
// @param   siteIds List<Int64>  postsynaptic sites
// @returns siteId Int64, preSiteId Int64?, setBodyIds String?
UNWIND $siteIds AS siteId
MATCH (s:Synapse {dataset: $dataset, siteId: siteId, type: 'post'})
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
OPTIONAL MATCH (s)<-[:Contains]-(set:SynapseSet)
RETURN siteId, pre.siteId AS preSiteId, set.datasetBodyIds AS setBodyIds
