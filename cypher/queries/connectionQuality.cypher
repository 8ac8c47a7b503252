// @name    connectionQuality
// @summary What was measured in the cells that hold a connection's synapses, averaged over those synapses.
// @mode    read
// @param   dataset String
// @param   preBodyId Int64
// @param   postBodyId Int64
// @param   revision Int64  the last measurement at or before it counts
// @returns layer String, measure String, unit String, mean Float, low Float, high Float, cells Int64
MATCH (set:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + $preBodyId + ':' + $postBodyId + ':post'})
MATCH (set)-[:Contains]->(s:Synapse)<-[:SynapsesTo]-(pre:Synapse)
WHERE pre.bodyId = $preBodyId
WITH DISTINCT s
MATCH (s)-[:IN_CELL]->(c:Cell)
WITH c, count(s) AS synapses
MATCH (c)<-[:OF]-(m:Measurement)
WHERE m.revision <= $revision
WITH c, synapses, m ORDER BY m.revision DESC
WITH c, synapses, m.layer AS layer, m.measure AS measure, head(collect(m)) AS m
WHERE m.value IS NOT NULL
RETURN layer, measure, head(collect(m.unit)) AS unit, toFloat(sum(m.value * synapses)) / sum(synapses) AS mean,
       toFloat(min(m.value)) AS low, toFloat(max(m.value)) AS high, count(c) AS cells
ORDER BY layer, measure
