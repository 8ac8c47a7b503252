// @name    dropEmptySets
// @summary Deletes those of some pairs of synapse sets that hold nothing.
// @mode    write
// @param   dataset String
// @param   rows List<{setBodyIds String}>  of the postsynaptic set
// @returns written Int64
UNWIND $rows AS row
MATCH (in:SynapseSet {dataset: $dataset, datasetBodyIds: row.setBodyIds})
WHERE NOT EXISTS { MATCH (in)-[:Contains]->(:Synapse) }
OPTIONAL MATCH (in)<-[:ConnectsTo]-(out:SynapseSet)
DETACH DELETE in, out
RETURN count(*) AS written
