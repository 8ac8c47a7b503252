// @name    retireFragments
// @summary Keeps fragments as they are before a revision changes them.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one that changes them
// @param   rows List<{bodyId Int64, blockKey String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (f:Fragment {dataset: $dataset, bodyId: row.bodyId, blockKey: row.blockKey})
WHERE f.revision < $revision
OPTIONAL MATCH (f)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (f)-[:IN_CELL]->(c:Cell)
CREATE (p:Past:PastFragment)
SET p = properties(f), p.revision = null, p.pastOf = 'fragment', p.pastKey = f.bodyId + '/' + f.blockKey,
    p.fromRevision = f.revision, p.toRevision = $revision, p.sourceKind = a.kind, p.sourceKey = a.key, p.sourceHash = a.hash,
    p.cellKey = c.cellKey
RETURN count(*) AS written
