// @name    retireSynapses
// @summary Keeps contacts, each with its presynaptic site, as they are before a revision changes them.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one that changes them
// @param   rows List<{siteId Int64}>  postsynaptic sites
// @returns written Int64
UNWIND $rows AS row
MATCH (s:Synapse {dataset: $dataset, siteId: row.siteId, type: 'post'})
WHERE s.revision < $revision
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
OPTIONAL MATCH (s)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (s)-[:IN_CELL]->(c:Cell)
CREATE (p:Past:PastSynapse)
SET p = properties(s), p.revision = null, p.pastOf = 'synapse', p.pastKey = toString(s.siteId), p.fromRevision = s.revision,
    p.toRevision = $revision, p.sourceKind = a.kind, p.sourceKey = a.key, p.sourceHash = a.hash, p.cellKey = c.cellKey,
    p.preSiteId = pre.siteId, p.preLocation = pre.location, p.preBodyId = pre.bodyId
SET s += apoc.map.fromPairs([name IN keys(apoc.convert.fromJsonMap(coalesce(s.roiInfo, '{}'))) | [name, null]])
RETURN count(*) AS written
