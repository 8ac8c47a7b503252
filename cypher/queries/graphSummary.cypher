// @name    graphSummary
// @summary How many neurons, segments, synapses, connections and measurements a dataset has.
// @mode    read
// @param   dataset String
// @returns neurons Int64, segments Int64, synapses Int64, connections Int64, measurements Int64
CALL {
  MATCH (n:Segment {dataset: $dataset}) WHERE n.bodyId >= 0
  RETURN count(n) AS segments, sum(CASE WHEN n:Neuron THEN 1 ELSE 0 END) AS neurons
}
CALL {
  MATCH (s:Synapse {dataset: $dataset, type: 'post'}) WHERE s.siteId >= 0
  RETURN count(s) AS synapses
}
CALL {
  MATCH ()-[c:ConnectsTo]->() WHERE c.dataset = $dataset AND c.weight > 0
  RETURN count(c) AS connections
}
CALL {
  OPTIONAL MATCH (h:Head {dataset: $dataset})
  WITH coalesce(h.revision, 0) AS shown
  MATCH (m:Measurement {dataset: $dataset})
  WHERE (shown = 0 OR m.revision <= shown) AND m.layer IS NOT NULL AND m.measure IS NOT NULL AND m.cellKey IS NOT NULL AND m.revision IS NOT NULL
  WITH m.layer AS layer, m.measure AS measure, m.cellKey AS cellKey, m ORDER BY m.revision DESC
  WITH layer, measure, cellKey, head(collect(m)) AS m
  RETURN count(m.value) AS measurements
}
RETURN neurons, segments, synapses, connections, measurements
