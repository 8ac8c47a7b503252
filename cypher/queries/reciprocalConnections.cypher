// @name    reciprocalConnections
// @summary Pairs of neurons that synapse onto each other.
// @mode    read
// @param   dataset String
// @param   minWeight Int64  synapses in each direction
// @param   limit Int32
// @returns bodyId Int64, partnerId Int64, weightThere Int64, weightBack Int64
MATCH (a)-[c:ConnectsTo]->(b)
WHERE c.dataset = $dataset AND c.weight >= $minWeight AND a.bodyId < b.bodyId
MATCH (b)-[d:ConnectsTo]->(a)
WHERE d.weight >= $minWeight
RETURN a.bodyId AS bodyId, b.bodyId AS partnerId, c.weight AS weightThere, d.weight AS weightBack
ORDER BY weightThere + weightBack DESC, bodyId, partnerId LIMIT $limit
