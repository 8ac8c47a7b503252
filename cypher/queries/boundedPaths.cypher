// @name    boundedPaths
// @summary Paths of up to four hops from one neuron to another, the one with the strongest weakest link first.
// @mode    read
// @param   dataset String
// @param   fromBodyId Int64
// @param   toBodyId Int64
// @param   minWeight Int64  synapses
// @param   maxHops Int32  at most 4
// @param   limit Int32
// @mask
// @returns bodyIds List<Int64>, weights List<Int64>, bottleneck Int64
MATCH (a:Segment {dataset: $dataset, bodyId: $fromBodyId})
MATCH (b:Segment {dataset: $dataset, bodyId: $toBodyId})
MATCH p = (a)-[:ConnectsTo*1..4]->(b)
WHERE all(c IN relationships(p) WHERE c.weight >= stratome.leastStored() AND stratome.weightUnderMask(c) >= $minWeight)
  AND length(p) <= $maxHops
  AND all(n IN nodes(p)[1..-1] WHERE n <> a AND n <> b)
WITH [n IN nodes(p) | n.bodyId] AS bodyIds, [r IN relationships(p) | stratome.weightUnderMask(r)] AS weights
WITH bodyIds, weights, reduce(least = head(weights), w IN weights | CASE WHEN w < least THEN w ELSE least END) AS bottleneck
RETURN bodyIds, weights, bottleneck ORDER BY bottleneck DESC, size(bodyIds), bodyIds LIMIT $limit
