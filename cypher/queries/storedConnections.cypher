// @name    storedConnections
// @summary Every connection between neurons as the graph holds it, with those of weight 0.
// @mode    read
// @param   dataset String
// @returns preBodyId Int64, postBodyId Int64, weight Int64, meanConfidence Float
MATCH (a)-[c:ConnectsTo]->(b)
WHERE c.dataset = $dataset AND c.weight >= 0
RETURN a.bodyId AS preBodyId, b.bodyId AS postBodyId, c.weight AS weight, c.meanConfidence AS meanConfidence
ORDER BY preBodyId, postBodyId
