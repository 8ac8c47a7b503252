// The sites of a segment at a revision that have a partner and that a mask leaves, as maps of side and site: in, a contact
// that it received; pre, a presynaptic site of its own; out, a contact that it made.
COLLECT {
  CALL (body) {
    MATCH (:Segment {dataset: $dataset, bodyId: body})-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse {type: 'post'})
    WHERE s.revision <= $revision AND s.bodyId = body AND stratome.isCountedAt(s)
    RETURN {side: 'in', site: s} AS found
    UNION
    MATCH (s:PastSynapse {dataset: $dataset, bodyId: body})
    WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.preBodyId IS NOT NULL AND stratome.isCountedAt(s)
    RETURN {side: 'in', site: s} AS found
    UNION
    MATCH (:Segment {dataset: $dataset, bodyId: body})-[:Contains]->(:SynapseSet)-[:Contains]->(p:Synapse {type: 'pre'})
          -[:SynapsesTo]->(s:Synapse)
    WHERE s.revision <= $revision AND s.bodyId IS NOT NULL AND p.bodyId = body AND stratome.isCountedAt(s)
    RETURN {side: 'out', site: s} AS found
    UNION
    MATCH (s:PastSynapse {dataset: $dataset, preBodyId: body})
    WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.bodyId IS NOT NULL AND stratome.isCountedAt(s)
    RETURN {side: 'out', site: s} AS found
    UNION
    CALL (body) {
      MATCH (:Segment {dataset: $dataset, bodyId: body})-[:Contains]->(:SynapseSet)-[:Contains]->(p:Synapse {type: 'pre'})
            -[:SynapsesTo]->(s:Synapse)
      WHERE s.revision <= $revision AND s.bodyId IS NOT NULL AND p.bodyId = body
      RETURN p.siteId AS siteId
      UNION
      MATCH (s:PastSynapse {dataset: $dataset, preBodyId: body})
      WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.bodyId IS NOT NULL
      RETURN s.preSiteId AS siteId
    }
    CALL (siteId) {
      MATCH (p:Synapse {dataset: $dataset, siteId: siteId, type: 'pre'}) WHERE p.revision <= $revision
      RETURN p
      UNION
      MATCH (p:Past {dataset: $dataset, pastOf: 'site', pastKey: toString(siteId)})
      WHERE p.fromRevision <= $revision AND p.toRevision > $revision AND p.siteId IS NOT NULL
      RETURN p
    }
    WITH p WHERE stratome.isCountedAt(p)
    RETURN {side: 'pre', site: p} AS found
  }
  RETURN found
}
