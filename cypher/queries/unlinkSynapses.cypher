// @name    unlinkSynapses
// @summary Takes contacts out of their sets and from their presynaptic sites.
// @mode    write
// @param   dataset String
// @param   rows List<{siteId Int64}>  postsynaptic sites
// @returns written Int64
UNWIND $rows AS row
MATCH (s:Synapse {dataset: $dataset, siteId: row.siteId, type: 'post'})
CALL (s) { MATCH (s)<-[link:SynapsesTo]-(:Synapse) DELETE link }
CALL (s) { MATCH (s)<-[held:Contains]-(:SynapseSet) DELETE held }
RETURN count(*) AS written
