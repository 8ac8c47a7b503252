// @name    unknownBodies
// @summary Those of the given ids that no segment of the dataset has.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @returns bodyId Int64
UNWIND $bodyIds AS bodyId
OPTIONAL MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
WITH bodyId, n WHERE n IS NULL
RETURN DISTINCT bodyId ORDER BY bodyId
