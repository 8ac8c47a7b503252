// @name    neuronQualityAt
// @summary What was measured in the cells that held a neuron's synapses at a revision, averaged over those synapses.
// @mode    read
// @param   dataset String
// @param   revision Int64  the last measurement at or before it counts
// @param   bodyId Int64
// @returns layer String, measure String, unit String, mean Float, low Float, high Float, cells Int64
WITH $bodyId AS bodyId
CALL (bodyId) {
  stratome.sitesOfAt(bodyId)
}
WITH cellKey, count(site) AS synapses
MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})<-[:OF]-(m:Measurement)
WHERE m.revision <= $revision
WITH c, synapses, m ORDER BY m.revision DESC
WITH c, synapses, m.layer AS layer, m.measure AS measure, head(collect(m)) AS m
WHERE m.value IS NOT NULL
RETURN layer, measure, head(collect(m.unit)) AS unit, toFloat(sum(m.value * synapses)) / sum(synapses) AS mean,
       toFloat(min(m.value)) AS low, toFloat(max(m.value)) AS high, count(c) AS cells
ORDER BY layer, measure
