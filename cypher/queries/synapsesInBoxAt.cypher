// @name    synapsesInBoxAt
// @summary Postsynaptic sites in a half-open box of voxels at a revision, with both partners.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   low Point  first voxel of the box
// @param   high Point  one past its last voxel on each axis
// @param   after Int64  the last site of the page before; -1 at the start
// @param   limit Int32
// @mask
// @returns siteId Int64, location Point, preSiteId Int64?, preLocation Point?, preBodyId Int64?, postBodyId Int64?,
//          confidence Float, kind String, kindProbability Float, uncalibrated Boolean
CALL {
  MATCH (s:Synapse)
  WHERE point.withinBBox(s.location, $low, $high) AND s.dataset = $dataset AND s.type = 'post'
    AND s.revision <= $revision AND s.siteId > $after
  RETURN s, null AS past
  UNION ALL
  MATCH (s:PastSynapse)
  WHERE point.withinBBox(s.location, $low, $high) AND s.dataset = $dataset AND s.siteId > $after
    AND s.fromRevision <= $revision AND s.toRevision > $revision
  RETURN s, true AS past
}
WITH s, past
WHERE stratome.isCountedAt(s) AND s.location.x < $high.x AND s.location.y < $high.y AND s.location.z < $high.z
WITH s, past ORDER BY s.siteId LIMIT $limit
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
RETURN s.siteId AS siteId, s.location AS location, coalesce(pre.siteId, s.preSiteId) AS preSiteId,
       coalesce(pre.location, s.preLocation) AS preLocation,
       CASE WHEN past THEN s.preBodyId ELSE pre.bodyId END AS preBodyId, s.bodyId AS postBodyId,
       s.confidence AS confidence, s.kind AS kind, s.kindProbability AS kindProbability, s.uncalibrated AS uncalibrated
ORDER BY siteId
