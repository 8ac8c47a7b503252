// @name    retireMeta
// @summary Keeps what Meta says of a dataset before a revision changes it.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one that changes it
// @returns written Int64
MATCH (m:Meta {dataset: $dataset})
WHERE coalesce(m.revision, 0) < $revision
CREATE (p:Past:PastMeta)
SET p = properties(m), p.revision = null, p.pastOf = 'meta', p.pastKey = '', p.fromRevision = coalesce(m.revision, 0),
    p.toRevision = $revision
SET m.revision = $revision
RETURN count(*) AS written
