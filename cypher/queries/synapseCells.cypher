// @name    synapseCells
// @summary The quality cell that each given postsynaptic site lies in.
// @mode    read
// @param   dataset String
// @param   siteIds List<Int64>
// @returns siteId Int64, cellKey String, sites Int64
UNWIND $siteIds AS siteId
MATCH (s:Synapse {dataset: $dataset, siteId: siteId, type: 'post'})-[:IN_CELL]->(c:Cell)
RETURN siteId, c.cellKey AS cellKey, 1 AS sites
ORDER BY siteId
