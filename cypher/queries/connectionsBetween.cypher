// @name    connectionsBetween
// @summary The connections from any of some neurons to any of others.
// @mode    read
// @param   dataset String
// @param   preBodyIds List<Int64>
// @param   postBodyIds List<Int64>
// @param   minWeight Int64  synapses
// @mask
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
UNWIND $preBodyIds AS preBodyId
MATCH (a:Segment {dataset: $dataset, bodyId: preBodyId})-[c:ConnectsTo]->(b:Segment)
WHERE b.bodyId IN $postBodyIds AND c.weight >= stratome.leastStored()
WITH preBodyId, b.bodyId AS postBodyId, c, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
stratome.countsUnderMask(c)
RETURN preBodyId, postBodyId, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY preBodyId, postBodyId
