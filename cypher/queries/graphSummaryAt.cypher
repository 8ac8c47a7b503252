// @name    graphSummaryAt
// @summary How many neurons, segments, synapses and connections a dataset had at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @returns neurons Int64, segments Int64, synapses Int64, connections Int64
CALL {
  MATCH (n:Segment {dataset: $dataset}) WHERE n.bodyId >= 0 AND n.revision <= $revision
  RETURN count(n) AS segmentsNow, sum(CASE WHEN n:Neuron THEN 1 ELSE 0 END) AS neuronsNow
}
CALL {
  MATCH (n:PastSegment {dataset: $dataset})
  WHERE n.bodyId >= 0 AND n.fromRevision <= $revision AND n.toRevision > $revision
  RETURN count(n) AS segmentsPast, sum(CASE WHEN n.neuron THEN 1 ELSE 0 END) AS neuronsPast
}
CALL {
  MATCH (s:Synapse {dataset: $dataset, type: 'post'}) WHERE s.siteId >= 0 AND s.revision <= $revision
  RETURN count(s) AS synapsesNow
}
CALL {
  MATCH (s:Past {dataset: $dataset, pastOf: 'synapse'})
  WHERE s.toRevision > $revision AND s.fromRevision <= $revision AND s:PastSynapse
  RETURN count(s) AS synapsesPast
}
CALL {
  MATCH ()-[c:ConnectsTo]->() WHERE c.dataset = $dataset AND c.weight > 0 AND c.revision <= $revision
  RETURN count(c) AS connectionsNow
}
CALL {
  MATCH (c:PastConnection {dataset: $dataset})
  WHERE c.weight > 0 AND c.fromRevision <= $revision AND c.toRevision > $revision
  RETURN count(c) AS connectionsPast
}
RETURN neuronsNow + neuronsPast AS neurons, segmentsNow + segmentsPast AS segments, synapsesNow + synapsesPast AS synapses,
       connectionsNow + connectionsPast AS connections
