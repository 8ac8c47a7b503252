// @name    connectionCells
// @summary The quality cells that the synapses of each given connection lie in, with how many lie there.
// @mode    read
// @param   dataset String
// @param   pairs List<{preBodyId Int64, postBodyId Int64}>
// @returns preBodyId Int64, postBodyId Int64, cellKey String, sites Int64
UNWIND $pairs AS pair
MATCH (set:SynapseSet {dataset: $dataset,
       datasetBodyIds: $dataset + ':' + pair.preBodyId + ':' + pair.postBodyId + ':post'})
MATCH (set)-[:Contains]->(s:Synapse)-[:IN_CELL]->(c:Cell)
RETURN pair.preBodyId AS preBodyId, pair.postBodyId AS postBodyId, c.cellKey AS cellKey, count(DISTINCT s) AS sites
ORDER BY preBodyId, postBodyId, cellKey
