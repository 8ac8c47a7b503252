// @name    autapses
// @summary Neurons that synapse onto themselves.
// @mode    read
// @param   dataset String
// @param   minWeight Int64  synapses
// @param   limit Int32
// @returns bodyId Int64, weight Int64
MATCH (a)-[c:ConnectsTo]->(b)
WHERE c.dataset = $dataset AND c.weight >= $minWeight AND a = b
RETURN a.bodyId AS bodyId, c.weight AS weight ORDER BY weight DESC, bodyId LIMIT $limit
