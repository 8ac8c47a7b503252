// @name    removeSegments
// @summary Deletes segments.
// @mode    write
// @param   dataset String
// @param   rows List<{bodyId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (n:Segment {dataset: $dataset, bodyId: row.bodyId})
DETACH DELETE n
RETURN count(*) AS written
