// @name    upstreamPartners
// @summary For each given neuron the neurons that synapse onto it, strongest first.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   minWeight Int64  synapses
// @param   limit Int32  partners per neuron
// @returns bodyId Int64, partnerId Int64, partnerType String?, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
CALL (n) {
  MATCH (n)<-[c:ConnectsTo]-(p:Segment) WHERE c.weight >= $minWeight
  RETURN c, p ORDER BY c.weight DESC, p.bodyId LIMIT $limit
}
RETURN bodyId, p.bodyId AS partnerId, p.type AS partnerType, c.weight AS weight, c.weightHP AS weightHP,
       c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence
