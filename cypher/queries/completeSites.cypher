// @name    completeSites
// @summary Gives synaptic sites of an offline import what its tables cannot say: a true per region.
// @mode    write
// @param   dataset String
// @param   type String  pre or post
// @param   after Int64  the last id of the page before; -1 at the start
// @param   limit Int32
// @returns last Int64?
MATCH (s:Synapse {dataset: $dataset})
WHERE s.siteId > $after AND s.type = $type
WITH s ORDER BY s.siteId LIMIT $limit
SET s += apoc.map.fromPairs([name IN keys(apoc.convert.fromJsonMap(s.roiInfo)) | [name, true]])
RETURN max(s.siteId) AS last
