// @name    connectionUncertainty
// @summary What the uncertainty of each given connection follows from: the confidence of each of its contacts, and the mean
//          agglomeration margin over the cells of the synapses of either neuron, where it was measured.
// @mode    read
// @param   dataset String
// @param   pairs List<{preBodyId Int64, postBodyId Int64}>
// @param   revision Int64  the last measurement at or before it counts
// @returns preBodyId Int64, postBodyId Int64, confidences List<Float>, uncalibrated Boolean, preMargin Float?,
//          postMargin Float?
UNWIND $pairs AS pair
MATCH (set:SynapseSet {dataset: $dataset,
       datasetBodyIds: $dataset + ':' + pair.preBodyId + ':' + pair.postBodyId + ':post'})
CALL (set) {
  MATCH (set)-[:Contains]->(s:Synapse)
  WITH DISTINCT s ORDER BY s.siteId
  RETURN collect(toFloat(s.confidence)) AS confidences, coalesce(max(s.uncalibrated), false) AS uncalibrated
}
CALL (pair) {
  OPTIONAL MATCH (:Segment {dataset: $dataset, bodyId: pair.preBodyId})-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse)
                 -[:IN_CELL]->(c:Cell)
  WITH DISTINCT c
  OPTIONAL MATCH (c)<-[:OF]-(m:Measurement) WHERE m.measure = 'agglomerationMargin' AND m.revision <= $revision
  WITH c, m ORDER BY m.revision DESC
  WITH c, head(collect(m)).value AS margin
  RETURN avg(toFloat(margin)) AS preMargin
}
CALL (pair) {
  OPTIONAL MATCH (:Segment {dataset: $dataset, bodyId: pair.postBodyId})-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse)
                 -[:IN_CELL]->(c:Cell)
  WITH DISTINCT c
  OPTIONAL MATCH (c)<-[:OF]-(m:Measurement) WHERE m.measure = 'agglomerationMargin' AND m.revision <= $revision
  WITH c, m ORDER BY m.revision DESC
  WITH c, head(collect(m)).value AS margin
  RETURN avg(toFloat(margin)) AS postMargin
}
RETURN pair.preBodyId AS preBodyId, pair.postBodyId AS postBodyId, confidences, uncalibrated, preMargin, postMargin
ORDER BY preBodyId, postBodyId
