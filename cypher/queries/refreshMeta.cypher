// @name    refreshMeta
// @summary Brings the totals in Meta to what the graph holds now.
// @mode    write
// @param   dataset String
// @param   editedAt String  ISO time of the edit
// @returns totalPreCount Int64, totalPostCount Int64
MATCH (m:Meta {dataset: $dataset})
CALL {
  MATCH (s:Synapse {dataset: $dataset, type: 'pre'}) WHERE s.siteId >= 0
  RETURN count(s) AS pre
}
CALL {
  MATCH (s:Synapse {dataset: $dataset, type: 'post'}) WHERE s.siteId >= 0
  RETURN count(s) AS post
}
SET m.totalPreCount = pre, m.totalPostCount = post, m.lastDatabaseEdit = $editedAt
RETURN pre AS totalPreCount, post AS totalPostCount
