// @name    unlinkSites
// @summary Takes presynaptic sites out of sets in which no contact of theirs is left.
// @mode    write
// @param   dataset String
// @param   rows List<{preSiteId Int64, setBodyIds String}>  setBodyIds: of the postsynaptic set
// @returns written Int64
UNWIND $rows AS row
MATCH (pre:Synapse {dataset: $dataset, siteId: row.preSiteId, type: 'pre'})
MATCH (in:SynapseSet {dataset: $dataset, datasetBodyIds: row.setBodyIds})<-[:ConnectsTo]-(out:SynapseSet)
CALL (pre, in, out) {
  MATCH (out)-[held:Contains]->(pre)
  WHERE NOT EXISTS { MATCH (pre)-[:SynapsesTo]->(:Synapse)<-[:Contains]-(in) }
  DELETE held
}
RETURN count(*) AS written
