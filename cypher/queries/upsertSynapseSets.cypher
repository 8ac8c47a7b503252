// @name    upsertSynapseSets
// @summary Gathers the synapses of each neuron pair in two sets, one under the presynaptic neuron and one under the
//          postsynaptic, as neuPrint does.
// @mode    write
// @param   dataset String
// @param   labels List<String>  the data set's doubled label
// @param   rows List<{preBodyId Int64, postBodyId Int64, preSiteId Int64, postSiteId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (a:Segment {dataset: $dataset, bodyId: row.preBodyId})
MATCH (b:Segment {dataset: $dataset, bodyId: row.postBodyId})
MATCH (pre:Synapse {dataset: $dataset, siteId: row.preSiteId, type: 'pre'})
MATCH (post:Synapse {dataset: $dataset, siteId: row.postSiteId, type: 'post'})
WITH a, b, pre, post, $dataset + ':' + row.preBodyId + ':' + row.postBodyId AS pair
MERGE (out:SynapseSet {dataset: $dataset, datasetBodyIds: pair + ':pre'})
MERGE (in:SynapseSet {dataset: $dataset, datasetBodyIds: pair + ':post'})
SET out:$($labels), in:$($labels)
MERGE (a)-[:Contains]->(out)
MERGE (b)-[:Contains]->(in)
MERGE (out)-[:ConnectsTo]->(in)
MERGE (out)-[:Contains]->(pre)
MERGE (in)-[:Contains]->(post)
RETURN count(*) AS written
