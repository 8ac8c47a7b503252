// @name    commonInputsAt
// @summary Neurons that at a revision synapsed onto every one of the given neurons.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @param   minWeight Int64  synapses of each connection
// @param   limit Int32
// @mask
// @returns bodyId Int64, weights List<Int64>, totalWeight Int64
UNWIND $bodyIds AS targetId
UNWIND stratome.incomingAt(targetId) AS step
WITH step[0] AS bodyId, targetId, step[1] AS weight
WITH bodyId, collect(DISTINCT targetId) AS targets, collect(weight) AS weights, sum(weight) AS totalWeight
WHERE size(targets) = size($bodyIds)
RETURN bodyId, weights, totalWeight ORDER BY totalWeight DESC, bodyId LIMIT $limit
