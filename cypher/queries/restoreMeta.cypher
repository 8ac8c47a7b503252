// @name    restoreMeta
// @summary Makes Meta say what it said at an earlier revision.
// @mode    write
// @param   dataset String
// @param   restored Int64  the revision to bring back
// @param   revision Int64  the one that brings it back
// @param   editedAt String  ISO time of the edit
// @returns written Int64
MATCH (p:Past {dataset: $dataset, pastOf: 'meta', pastKey: ''})
USING INDEX p:Past(dataset, pastOf, pastKey, toRevision)
WHERE p.fromRevision <= $restored AND p.toRevision > $restored
MATCH (m:Meta {dataset: $dataset})
SET m = properties(p)
SET m.revision = $revision, m.lastDatabaseEdit = $editedAt, m.pastOf = null, m.pastKey = null, m.fromRevision = null,
    m.toRevision = null
RETURN count(*) AS written
