// @name    strongestConnections
// @summary The strongest connections of a dataset.
// @mode    read
// @param   dataset String
// @param   minWeight Int64  synapses
// @param   limit Int32
// @mask
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
MATCH (a)-[c:ConnectsTo]->(b)
WHERE c.dataset = $dataset AND c.weight >= stratome.leastStored()
WITH a.bodyId AS preBodyId, b.bodyId AS postBodyId, c, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
WITH preBodyId, postBodyId, c, weight ORDER BY weight DESC, preBodyId, postBodyId LIMIT $limit
stratome.countsUnderMask(c)
RETURN preBodyId, postBodyId, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY weight DESC, preBodyId, postBodyId
