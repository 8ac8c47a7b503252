// @name    downstreamPartnersAt
// @summary For each given neuron the neurons it synapsed onto at a revision, strongest first.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @param   minWeight Int64  synapses
// @param   limit Int32  partners per neuron
// @returns bodyId Int64, partnerId Int64, partnerType String?, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
UNWIND $bodyIds AS bodyId
CALL (bodyId) {
  CALL (bodyId) {
    MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
    MATCH (n)-[c:ConnectsTo]->(p:Segment)
    WHERE c.revision <= $revision AND c.weight >= $minWeight
    RETURN p.bodyId AS partnerId, c.weight AS weight, c.weightHP AS weightHP, c.excitatoryShare AS excitatoryShare,
           c.meanConfidence AS meanConfidence
    UNION ALL
    MATCH (c:PastConnection {dataset: $dataset, preBodyId: bodyId})
    WHERE c.fromRevision <= $revision AND c.toRevision > $revision AND c.weight >= $minWeight
    RETURN c.postBodyId AS partnerId, c.weight AS weight, c.weightHP AS weightHP, c.excitatoryShare AS excitatoryShare,
           c.meanConfidence AS meanConfidence
  }
  RETURN partnerId, weight, weightHP, excitatoryShare, meanConfidence ORDER BY weight DESC, partnerId LIMIT $limit
}
OPTIONAL MATCH (p:Segment {dataset: $dataset, bodyId: partnerId})
WHERE p.revision <= $revision
OPTIONAL MATCH (q:PastSegment {dataset: $dataset, bodyId: partnerId})
WHERE q.fromRevision <= $revision AND q.toRevision > $revision
RETURN bodyId, partnerId, coalesce(p.type, q.type) AS partnerType, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY bodyId, weight DESC, partnerId
