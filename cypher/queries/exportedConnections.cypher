// @name    exportedConnections
// @summary The connections of a page of presynaptic neurons, with their confidence, for a table of connections.
// @mode    read
// @param   dataset String
// @param   after Int64  presynaptic neurons above this id
// @param   upTo Int64  and up to this one
// @param   minWeight Int64  synapses a connection must have
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64?, weightHR Int64?, excitatoryShare Float?,
//          meanConfidence Float?, roiInfo String
MATCH (a:Segment {dataset: $dataset})-[c:ConnectsTo]->(b:Segment)
WHERE a.bodyId > $after AND a.bodyId <= $upTo AND c.weight >= $minWeight
RETURN a.bodyId AS preBodyId, b.bodyId AS postBodyId, c.weight AS weight, c.weightHP AS weightHP,
       c.weightHR AS weightHR, c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence,
       coalesce(c.roiInfo, '{}') AS roiInfo
ORDER BY preBodyId, postBodyId
