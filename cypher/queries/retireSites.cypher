// @name    retireSites
// @summary Keeps presynaptic sites as they are before a revision changes them.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one that changes them
// @param   rows List<{siteId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (s:Synapse {dataset: $dataset, siteId: row.siteId, type: 'pre'})
WHERE s.revision < $revision
OPTIONAL MATCH (s)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (s)-[:IN_CELL]->(c:Cell)
CREATE (p:Past:PastSite)
SET p = properties(s), p.revision = null, p.pastOf = 'site', p.pastKey = toString(s.siteId), p.fromRevision = s.revision,
    p.toRevision = $revision, p.sourceKind = a.kind, p.sourceKey = a.key, p.sourceHash = a.hash, p.cellKey = c.cellKey
SET s += apoc.map.fromPairs([name IN keys(apoc.convert.fromJsonMap(coalesce(s.roiInfo, '{}'))) | [name, null]])
RETURN count(*) AS written
