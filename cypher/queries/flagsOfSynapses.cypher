// @name    flagsOfSynapses
// @summary The flags on the quality cell of each of some synapses; synapses without any give no row.
// @mode    read
// @param   dataset String
// @param   siteIds List<Int64>  postsynaptic sites
// @returns siteId Int64, flagIds List<String>
UNWIND $siteIds AS siteId
MATCH (s:Synapse {dataset: $dataset, siteId: siteId, type: 'post'})-[:IN_CELL]->(:Cell)<-[:ON]-(f:Flag)
WITH siteId, f.flagId AS flagId ORDER BY flagId
RETURN siteId, collect(DISTINCT flagId) AS flagIds
