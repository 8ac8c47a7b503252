// @name    synapsesOfIndexCell
// @summary Postsynaptic sites in a cell of the spatial index of synapses, those of one level.
// @mode    read
// @param   dataset String
// @param   low Point  first voxel of the cell
// @param   high Point  one past its last voxel on each axis
// @param   rankLow Float  0 to 1; a site's rank is a fixed number between 0 and 1 that looks drawn by lot
// @param   rankHigh Float  one past the last rank
// @returns siteId Int64, location Point, preLocation Point?, preBodyId Int64?, postBodyId Int64?, confidence Float,
//          kind String
MATCH (s:Synapse)
WHERE point.withinBBox(s.location, $low, $high)
  AND s.dataset = $dataset AND s.type = 'post' AND s.siteId >= 0
  AND s.location.x < $high.x AND s.location.y < $high.y AND s.location.z < $high.z
WITH s, toFloat(((s.siteId % 1000003) * 7919) % 1000003) / 1000003 AS rank
WHERE rank >= $rankLow AND rank < $rankHigh
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
WITH s, head(collect(pre)) AS pre
RETURN s.siteId AS siteId, s.location AS location, pre.location AS preLocation, pre.bodyId AS preBodyId,
       s.bodyId AS postBodyId, s.confidence AS confidence, s.kind AS kind
ORDER BY siteId
