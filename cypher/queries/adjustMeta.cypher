// @name    adjustMeta
// @summary Brings the totals in Meta up to date by what was added and taken away.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one whose state Meta tells
// @param   pre Int64  presynaptic sites added less those taken away
// @param   post Int64  postsynaptic sites likewise
// @param   editedAt String  ISO time of the edit
// @returns totalPreCount Int64, totalPostCount Int64
MATCH (m:Meta {dataset: $dataset})
SET m.totalPreCount = coalesce(m.totalPreCount, 0) + $pre, m.totalPostCount = coalesce(m.totalPostCount, 0) + $post,
    m.lastDatabaseEdit = $editedAt, m.revision = $revision
RETURN m.totalPreCount AS totalPreCount, m.totalPostCount AS totalPostCount
