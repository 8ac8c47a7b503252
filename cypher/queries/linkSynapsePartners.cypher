// @name    linkSynapsePartners
// @summary Joins presynaptic sites to their postsynaptic sites.
// @mode    write
// @param   dataset String
// @param   rows List<{preSiteId Int64, postSiteId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (a:Synapse {dataset: $dataset, siteId: row.preSiteId, type: 'pre'})
MATCH (b:Synapse {dataset: $dataset, siteId: row.postSiteId, type: 'post'})
MERGE (a)-[:SynapsesTo]->(b)
RETURN count(*) AS written
