// @name    commonOutputs
// @summary Neurons that every one of the given neurons synapses onto.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   minWeight Int64  synapses of each connection
// @param   limit Int32
// @mask
// @returns bodyId Int64, weights List<Int64>, totalWeight Int64
UNWIND $bodyIds AS sourceId
MATCH (s:Segment {dataset: $dataset, bodyId: sourceId})-[c:ConnectsTo]->(n:Segment)
WHERE c.weight >= stratome.leastStored()
WITH n, sourceId, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
WITH n, collect(DISTINCT sourceId) AS sources, collect(weight) AS weights, sum(weight) AS totalWeight
WHERE size(sources) = size($bodyIds)
RETURN n.bodyId AS bodyId, weights, totalWeight ORDER BY totalWeight DESC, bodyId LIMIT $limit
