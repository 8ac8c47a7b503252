// @name    flagsOfNeurons
// @summary The flags on the quality cells that hold synapses of each of some neurons, with how many of its synapses lie
//          there; neurons without any give no row.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @returns bodyId Int64, flagId String, synapses Int64
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse)
WITH DISTINCT bodyId, s
MATCH (s)-[:IN_CELL]->(:Cell)<-[:ON]-(f:Flag)
RETURN bodyId, f.flagId AS flagId, count(s) AS synapses
ORDER BY bodyId, flagId
