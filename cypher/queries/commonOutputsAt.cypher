// @name    commonOutputsAt
// @summary Neurons that every one of the given neurons synapsed onto at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @param   minWeight Int64  synapses of each connection
// @param   limit Int32
// @mask
// @returns bodyId Int64, weights List<Int64>, totalWeight Int64
UNWIND $bodyIds AS sourceId
UNWIND stratome.outgoingAt(sourceId) AS step
WITH step[0] AS bodyId, sourceId, step[1] AS weight
WITH bodyId, collect(DISTINCT sourceId) AS sources, collect(weight) AS weights, sum(weight) AS totalWeight
WHERE size(sources) = size($bodyIds)
RETURN bodyId, weights, totalWeight ORDER BY totalWeight DESC, bodyId LIMIT $limit
