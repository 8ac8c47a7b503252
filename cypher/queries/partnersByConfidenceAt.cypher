// @name    partnersByConfidenceAt
// @summary Downstream partners of one neuron at a revision, recounted from synapses of a minimum confidence that lay in no
//          cell whose measure was below (or above) a bound.
// @mode    read
// @param   dataset String
// @param   bodyId Int64
// @param   minConfidence Float  0 to 1
// @param   layer String?  with measure: the mask; none when null
// @param   measure String?
// @param   lowest Float?  cells measured below this are left out
// @param   highest Float?  cells measured above this are left out
// @param   revision Int64
// @param   minWeight Int64
// @param   limit Int32
// @returns partnerId Int64, partnerType String?, weight Int64, masked Int64, storedWeight Int64
CALL {
  MATCH (:Segment {dataset: $dataset, bodyId: $bodyId})-[now:ConnectsTo]->(other:Segment)
  WHERE now.revision <= $revision
  RETURN other.bodyId AS partnerId, now.weight AS storedWeight
  UNION ALL
  MATCH (then:PastConnection {dataset: $dataset, preBodyId: $bodyId})
  WHERE then.fromRevision <= $revision AND then.toRevision > $revision
  RETURN then.postBodyId AS partnerId, then.weight AS storedWeight
}
CALL (partnerId) {
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + $bodyId + ':' + partnerId + ':post'})
        -[:Contains]->(s:Synapse)
  WHERE s.revision <= $revision AND s.confidence >= $minConfidence
  OPTIONAL MATCH (s)-[:IN_CELL]->(c:Cell)
  RETURN s.siteId AS siteId, c.cellKey AS cellKey
  UNION ALL
  MATCH (s:PastSynapse {dataset: $dataset, preBodyId: $bodyId, bodyId: partnerId})
  WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.confidence >= $minConfidence
  RETURN s.siteId AS siteId, s.cellKey AS cellKey
}
OPTIONAL MATCH (:Cell {dataset: $dataset, cellKey: cellKey})<-[:OF]-(m:Measurement {layer: $layer, measure: $measure})
WHERE m.revision <= $revision
WITH partnerId, storedWeight, siteId, m ORDER BY m.revision
WITH partnerId, storedWeight, siteId, last(collect(m)).value AS value
WITH partnerId, storedWeight, coalesce(value < $lowest, false) OR coalesce(value > $highest, false) AS masked
WITH partnerId, storedWeight, count(CASE WHEN masked THEN null ELSE 1 END) AS weight, count(CASE WHEN masked THEN 1 END) AS masked
WHERE weight >= $minWeight
WITH partnerId, weight, masked, storedWeight ORDER BY weight DESC, partnerId LIMIT $limit
OPTIONAL MATCH (p:Segment {dataset: $dataset, bodyId: partnerId})
WHERE p.revision <= $revision
OPTIONAL MATCH (q:PastSegment {dataset: $dataset, bodyId: partnerId})
WHERE q.fromRevision <= $revision AND q.toRevision > $revision
RETURN partnerId, coalesce(p.type, q.type) AS partnerType, weight, masked, storedWeight
ORDER BY weight DESC, partnerId
