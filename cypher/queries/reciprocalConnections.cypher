// @name    reciprocalConnections
// @summary Pairs of neurons that synapse onto each other.
// @mode    read
// @param   dataset String
// @param   minWeight Int64  synapses in each direction
// @param   limit Int32
// @mask
// @returns bodyId Int64, partnerId Int64, weightThere Int64, weightBack Int64
MATCH (a)-[c:ConnectsTo]->(b)
WHERE c.dataset = $dataset AND c.weight >= stratome.leastStored() AND a.bodyId < b.bodyId
MATCH (b)-[d:ConnectsTo]->(a)
WHERE d.weight >= stratome.leastStored()
WITH a.bodyId AS bodyId, b.bodyId AS partnerId, stratome.weightUnderMask(c) AS weightThere, stratome.weightUnderMask(d) AS weightBack
WHERE weightThere >= $minWeight AND weightBack >= $minWeight
RETURN bodyId, partnerId, weightThere, weightBack
ORDER BY weightThere + weightBack DESC, bodyId, partnerId LIMIT $limit
