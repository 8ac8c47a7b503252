// @name    retireConnections
// @summary Keeps connections as they are before a revision changes them.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one that changes them
// @param   rows List<{preBodyId Int64, postBodyId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (a:Segment {dataset: $dataset, bodyId: row.preBodyId})-[c:ConnectsTo]->(b:Segment {dataset: $dataset, bodyId: row.postBodyId})
WHERE c.revision < $revision
CREATE (p:Past:PastConnection)
SET p = properties(c), p.revision = null, p.pastOf = 'connection', p.pastKey = a.bodyId + ':' + b.bodyId,
    p.fromRevision = c.revision, p.toRevision = $revision, p.preBodyId = a.bodyId, p.postBodyId = b.bodyId
RETURN count(*) AS written
