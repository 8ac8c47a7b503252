// @name    partnersInRoi
// @summary Partners of given neurons inside one region of interest, strongest there first.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   roi String
// @param   direction String  upstream or downstream
// @param   minWeight Int64  synapses inside the region
// @param   limit Int32  in all
// @returns bodyId Int64, partnerId Int64, partnerType String?, weight Int64, wholeWeight Int64
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
MATCH (n)-[c:ConnectsTo]-(p:Segment)
WHERE (($direction = 'downstream' AND startNode(c) = n) OR ($direction = 'upstream' AND endNode(c) = n))
  AND c.roiInfo CONTAINS $roi
WITH n, p, c, coalesce(apoc.convert.fromJsonMap(c.roiInfo)[$roi].post, 0) AS weight
WHERE weight > 0 AND weight >= $minWeight
RETURN n.bodyId AS bodyId, p.bodyId AS partnerId, p.type AS partnerType, weight, c.weight AS wholeWeight
ORDER BY weight DESC, bodyId, partnerId LIMIT $limit
