// @name    partnersInRoi
// @summary Partners of given neurons inside one region of interest, strongest there first.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   roi String
// @param   direction String  upstream or downstream
// @param   minWeight Int64  synapses inside the region
// @param   limit Int32  in all
// @mask
// @returns bodyId Int64, partnerId Int64, partnerType String?, weight Int64, wholeWeight Int64
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
MATCH (n)-[c:ConnectsTo]-(p:Segment)
WHERE (($direction = 'downstream' AND startNode(c) = n) OR ($direction = 'upstream' AND endNode(c) = n))
  AND (NOT stratome.unmasked() OR c.roiInfo CONTAINS $roi)
WITH n, p, c, CASE WHEN stratome.unmasked() THEN coalesce(apoc.convert.fromJsonMap(c.roiInfo)[$roi].post, 0)
     ELSE size([site IN stratome.sitesUnderMask(c) WHERE site[$roi]]) END AS weight
WHERE weight > 0 AND weight >= $minWeight
WITH n, p, c, weight ORDER BY weight DESC, n.bodyId, p.bodyId LIMIT $limit
RETURN n.bodyId AS bodyId, p.bodyId AS partnerId, p.type AS partnerType, weight,
       stratome.weightUnderMask(c) AS wholeWeight
ORDER BY weight DESC, bodyId, partnerId
