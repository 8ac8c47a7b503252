// @name    synapsesNearAt
// @summary Postsynaptic sites within a distance of a point at a revision, nearest first.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   low Point  lowest corner of the box of voxels that holds the ball
// @param   high Point  highest corner
// @param   centre Point  voxels
// @param   voxelNm Point  size of a voxel, nm
// @param   radiusNm Float
// @param   limit Int32
// @mask
// @returns siteId Int64, location Point, distanceNm Float, preBodyId Int64?, postBodyId Int64?, confidence Float,
//          kind String, kindProbability Float, uncalibrated Boolean
CALL {
  MATCH (s:Synapse)
  WHERE point.withinBBox(s.location, $low, $high) AND s.dataset = $dataset AND s.type = 'post' AND s.revision <= $revision
  RETURN s
  UNION ALL
  MATCH (s:PastSynapse)
  WHERE point.withinBBox(s.location, $low, $high) AND s.dataset = $dataset AND s.fromRevision <= $revision
    AND s.toRevision > $revision
  RETURN s
}
WITH s, sqrt(((s.location.x - $centre.x) * $voxelNm.x) ^ 2 + ((s.location.y - $centre.y) * $voxelNm.y) ^ 2
             + ((s.location.z - $centre.z) * $voxelNm.z) ^ 2) AS distanceNm
WHERE distanceNm <= $radiusNm AND stratome.isCountedAt(s)
WITH s, distanceNm ORDER BY distanceNm, s.siteId LIMIT $limit
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
RETURN s.siteId AS siteId, s.location AS location, distanceNm,
       CASE WHEN s:Past THEN s.preBodyId ELSE pre.bodyId END AS preBodyId, s.bodyId AS postBodyId,
       s.confidence AS confidence, s.kind AS kind, s.kindProbability AS kindProbability, s.uncalibrated AS uncalibrated
ORDER BY distanceNm, siteId
