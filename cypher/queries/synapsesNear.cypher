// @name    synapsesNear
// @summary Postsynaptic sites within a distance of a point, nearest first.
// @mode    read
// @param   dataset String
// @param   low Point  lowest corner of the box of voxels that holds the ball
// @param   high Point  highest corner
// @param   centre Point  voxels
// @param   voxelNm Point  size of a voxel, nm
// @param   radiusNm Float
// @param   limit Int32
// @mask
// @returns siteId Int64, location Point, distanceNm Float, preBodyId Int64?, postBodyId Int64?, confidence Float,
//          kind String, kindProbability Float, uncalibrated Boolean
MATCH (s:Synapse)
WHERE point.withinBBox(s.location, $low, $high)
  AND s.dataset = $dataset AND s.type = 'post' AND stratome.isCounted(s)
WITH s, sqrt(((s.location.x - $centre.x) * $voxelNm.x) ^ 2 + ((s.location.y - $centre.y) * $voxelNm.y) ^ 2
             + ((s.location.z - $centre.z) * $voxelNm.z) ^ 2) AS distanceNm
WHERE distanceNm <= $radiusNm
WITH s, distanceNm ORDER BY distanceNm, s.siteId LIMIT $limit
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
RETURN s.siteId AS siteId, s.location AS location, distanceNm, pre.bodyId AS preBodyId, s.bodyId AS postBodyId,
       s.confidence AS confidence, s.kind AS kind, s.kindProbability AS kindProbability,
       s.uncalibrated AS uncalibrated
ORDER BY distanceNm, siteId
