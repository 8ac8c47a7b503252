// @name    strongestConnections
// @summary The strongest connections of a dataset.
// @mode    read
// @param   dataset String
// @param   minWeight Int64  synapses
// @param   limit Int32
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
MATCH (a)-[c:ConnectsTo]->(b)
WHERE c.dataset = $dataset AND c.weight >= $minWeight
RETURN a.bodyId AS preBodyId, b.bodyId AS postBodyId, c.weight AS weight, c.weightHP AS weightHP,
       c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence
ORDER BY weight DESC, preBodyId, postBodyId LIMIT $limit
