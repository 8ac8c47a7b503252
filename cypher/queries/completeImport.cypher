// @name    completeImport
// @summary Gives neurons of an offline import what its tables cannot say: an empty list of flags, and a true per region.
// @mode    write
// @param   dataset String
// @param   after Int64  the last id of the page before; -1 at the start
// @param   limit Int32
// @returns last Int64?
MATCH (n:Segment {dataset: $dataset})
WHERE n.bodyId > $after
WITH n ORDER BY n.bodyId LIMIT $limit
SET n += apoc.map.fromPairs([name IN keys(apoc.convert.fromJsonMap(n.roiInfo)) | [name, true]])
SET n.flags = coalesce(n.flags, [])
RETURN max(n.bodyId) AS last
