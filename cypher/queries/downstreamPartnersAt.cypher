// @name    downstreamPartnersAt
// @summary For each given neuron the neurons it synapsed onto at a revision, strongest first.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @param   minWeight Int64  synapses
// @param   limit Int32  partners per neuron
// @mask
// @returns bodyId Int64, partnerId Int64, partnerType String?, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
UNWIND $bodyIds AS bodyId
CALL (bodyId) {
  stratome.linksFrom(bodyId)
  WITH link, link.postBodyId AS partnerId, stratome.weightAt(link) AS weight
  WHERE weight >= $minWeight
  RETURN link, partnerId, weight ORDER BY weight DESC, partnerId LIMIT $limit
}
stratome.countsAt(link)
OPTIONAL MATCH (p:Segment {dataset: $dataset, bodyId: partnerId})
WHERE p.revision <= $revision
OPTIONAL MATCH (q:PastSegment {dataset: $dataset, bodyId: partnerId})
WHERE q.fromRevision <= $revision AND q.toRevision > $revision
RETURN bodyId, partnerId, coalesce(p.type, q.type) AS partnerType, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY bodyId, weight DESC, partnerId
