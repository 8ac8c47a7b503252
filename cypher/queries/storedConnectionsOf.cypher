// @name    storedConnectionsOf
// @summary Some connections between neurons as the graph holds them, with those of weight 0; those it lacks give no row.
// @mode    read
// @param   dataset String
// @param   pairs List<{preBodyId Int64, postBodyId Int64}>
// @returns preBodyId Int64, postBodyId Int64, weight Int64, meanConfidence Float
UNWIND $pairs AS pair
MATCH (a:Segment {dataset: $dataset, bodyId: pair.preBodyId})-[c:ConnectsTo]->(b:Segment {dataset: $dataset, bodyId: pair.postBodyId})
RETURN a.bodyId AS preBodyId, b.bodyId AS postBodyId, c.weight AS weight, c.meanConfidence AS meanConfidence
ORDER BY preBodyId, postBodyId
