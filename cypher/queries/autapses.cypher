// @name    autapses
// @summary Neurons that synapse onto themselves.
// @mode    read
// @param   dataset String
// @param   minWeight Int64  synapses
// @param   limit Int32
// @mask
// @returns bodyId Int64, weight Int64
MATCH (a)-[c:ConnectsTo]->(b)
WHERE c.dataset = $dataset AND c.weight >= stratome.leastStored() AND a = b
WITH a.bodyId AS bodyId, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
RETURN bodyId, weight ORDER BY weight DESC, bodyId LIMIT $limit
