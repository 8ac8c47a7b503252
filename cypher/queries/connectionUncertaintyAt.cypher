// @name    connectionUncertaintyAt
// @summary What the uncertainty of each given connection followed from at a revision: the confidence of each of its contacts,
//          and the mean agglomeration margin over the cells of the synapses of either neuron, where it was measured.
// @mode    read
// @param   dataset String
// @param   revision Int64  the last measurement at or before it counts
// @param   pairs List<{preBodyId Int64, postBodyId Int64}>
// @returns preBodyId Int64, postBodyId Int64, confidences List<Float>, uncalibrated Boolean, preMargin Float?,
//          postMargin Float?
UNWIND $pairs AS pair
CALL (pair) {
  MATCH (:SynapseSet {dataset: $dataset,
         datasetBodyIds: $dataset + ':' + pair.preBodyId + ':' + pair.postBodyId + ':post'})-[:Contains]->(s:Synapse)
  WHERE s.revision <= $revision
  RETURN s
  UNION
  MATCH (s:PastSynapse {dataset: $dataset, preBodyId: pair.preBodyId, bodyId: pair.postBodyId})
  WHERE s.fromRevision <= $revision AND s.toRevision > $revision
  RETURN s
}
WITH pair, s ORDER BY s.siteId
WITH pair.preBodyId AS preBodyId, pair.postBodyId AS postBodyId, collect(toFloat(s.confidence)) AS confidences,
     coalesce(max(s.uncalibrated), false) AS uncalibrated
CALL (preBodyId) {
  WITH preBodyId AS body
  stratome.marginAround(body)
}
WITH preBodyId, postBodyId, confidences, uncalibrated, margin AS preMargin
CALL (postBodyId) {
  WITH postBodyId AS body
  stratome.marginAround(body)
}
RETURN preBodyId, postBodyId, confidences, uncalibrated, preMargin, margin AS postMargin
ORDER BY preBodyId, postBodyId
