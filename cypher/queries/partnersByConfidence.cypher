// @name    partnersByConfidence
// @summary Downstream partners of one neuron, recounted from synapses of a minimum confidence that lie in no cell
//          whose measure is below (or above) a bound: an answer under a quality mask.
// @mode    read
// @param   dataset String
// @param   bodyId Int64
// @param   minConfidence Float  0 to 1
// @param   layer String?  with measure: the mask; none when null
// @param   measure String?
// @param   lowest Float?  cells measured below this are left out
// @param   highest Float?  cells measured above this are left out
// @param   revision Int64  measurements as of this revision
// @param   minWeight Int64
// @param   limit Int32
// @returns partnerId Int64, partnerType String?, weight Int64, masked Int64, storedWeight Int64
MATCH (n:Segment {dataset: $dataset, bodyId: $bodyId})-[c:ConnectsTo]->(p:Segment)
MATCH (n)-[:Contains]->(:SynapseSet)-[:ConnectsTo]->(in:SynapseSet)<-[:Contains]-(p)
MATCH (in)-[:Contains]->(s:Synapse)
WHERE s.confidence >= $minConfidence
OPTIONAL MATCH (s)-[:IN_CELL]->(:Cell)<-[:OF]-(m:Measurement {layer: $layer, measure: $measure})
WHERE m.revision <= $revision
WITH p, c, s, m ORDER BY m.revision
WITH p, c, s, last(collect(m)).value AS value
WITH p, c, s, coalesce(value < $lowest, false) OR coalesce(value > $highest, false) AS masked
WITH p, c, count(CASE WHEN masked THEN null ELSE s END) AS weight, count(CASE WHEN masked THEN s END) AS masked
WHERE weight >= $minWeight
RETURN p.bodyId AS partnerId, p.type AS partnerType, weight, masked, c.weight AS storedWeight
ORDER BY weight DESC, partnerId LIMIT $limit
