// @name    upstreamPartners
// @summary For each given neuron the neurons that synapse onto it, strongest first.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   minWeight Int64  synapses
// @param   limit Int32  partners per neuron
// @mask
// @returns bodyId Int64, partnerId Int64, partnerType String?, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
CALL (n) {
  MATCH (n)<-[c:ConnectsTo]-(p:Segment) WHERE c.weight >= stratome.leastStored()
  WITH c, p, stratome.weightUnderMask(c) AS weight
  WHERE weight >= $minWeight
  RETURN c, p, weight ORDER BY weight DESC, p.bodyId LIMIT $limit
}
stratome.countsUnderMask(c)
RETURN bodyId, p.bodyId AS partnerId, p.type AS partnerType, weight, weightHP, excitatoryShare, meanConfidence
