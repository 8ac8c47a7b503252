// @name    commonInputs
// @summary Neurons that synapse onto every one of the given neurons.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   minWeight Int64  synapses of each connection
// @param   limit Int32
// @mask
// @returns bodyId Int64, weights List<Int64>, totalWeight Int64
UNWIND $bodyIds AS targetId
MATCH (t:Segment {dataset: $dataset, bodyId: targetId})<-[c:ConnectsTo]-(n:Segment)
WHERE c.weight >= stratome.leastStored()
WITH n, targetId, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
WITH n, collect(DISTINCT targetId) AS targets, collect(weight) AS weights, sum(weight) AS totalWeight
WHERE size(targets) = size($bodyIds)
RETURN n.bodyId AS bodyId, weights, totalWeight ORDER BY totalWeight DESC, bodyId LIMIT $limit
