// The sites that a segment had at a revision, presynaptic and postsynaptic, with the quality cell of each.
MATCH (:Segment {dataset: $dataset, bodyId: body})-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse {type: 'post'})
WHERE s.revision <= $revision AND s.bodyId = body
MATCH (s)-[:IN_CELL]->(c:Cell)
RETURN 'post ' + s.siteId AS site, c.cellKey AS cellKey
UNION
MATCH (s:PastSynapse {dataset: $dataset, bodyId: body})
WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.preBodyId IS NOT NULL
RETURN 'post ' + s.siteId AS site, s.cellKey AS cellKey
UNION
MATCH (:Segment {dataset: $dataset, bodyId: body})-[:Contains]->(:SynapseSet)-[:Contains]->(p:Synapse {type: 'pre'})
      -[:SynapsesTo]->(s:Synapse)
WHERE s.revision <= $revision AND s.bodyId IS NOT NULL AND p.bodyId = body
MATCH (p)-[:IN_CELL]->(c:Cell)
RETURN 'pre ' + p.siteId AS site, c.cellKey AS cellKey
UNION
MATCH (s:PastSynapse {dataset: $dataset, preBodyId: body})
WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.bodyId IS NOT NULL
OPTIONAL MATCH (q:Past {dataset: $dataset, pastOf: 'site', pastKey: toString(s.preSiteId)})
WHERE q.fromRevision <= $revision AND q.toRevision > $revision
OPTIONAL MATCH (p:Synapse {dataset: $dataset, siteId: s.preSiteId, type: 'pre'})-[:IN_CELL]->(c:Cell)
RETURN 'pre ' + s.preSiteId AS site, coalesce(q.cellKey, c.cellKey, s.cellKey) AS cellKey
