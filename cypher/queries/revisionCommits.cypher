// @name    revisionCommits
// @summary The revisions a dataset's graph was given, the latest first.
// @mode    read
// @param   dataset String
// @returns revision Int64, parent Int64?, commitId String?, kind String?, author String?, restores Int64?,
//          changesJson String?, committed String?
MATCH (r:Revision {dataset: $dataset})
WHERE r.revision > 0 AND r.committed IS NOT NULL
OPTIONAL MATCH (r)-[:PARENT]->(p:Revision)
RETURN r.revision AS revision, p.revision AS parent, r.commitId AS commitId, r.kind AS kind, r.author AS author,
       r.restores AS restores, r.changesJson AS changesJson, toString(r.committed) AS committed
ORDER BY revision DESC
