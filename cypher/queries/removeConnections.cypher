// @name    removeConnections
// @summary Deletes connections between neurons.
// @mode    write
// @param   dataset String
// @param   rows List<{preBodyId Int64, postBodyId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (:Segment {dataset: $dataset, bodyId: row.preBodyId})-[c:ConnectsTo]->(:Segment {dataset: $dataset, bodyId: row.postBodyId})
DELETE c
RETURN count(*) AS written
