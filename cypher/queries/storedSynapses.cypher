// @name    storedSynapses
// @summary Contacts, each with its presynaptic site and all that was written of it, a page at a time.
// @mode    read
// @param   dataset String
// @param   after Int64  the last id of the page before; -1 at the start
// @param   limit Int32
// @returns id Int64, row Map
MATCH (s:Synapse {dataset: $dataset})
WHERE s.siteId > $after AND s.type = 'post'
WITH s ORDER BY s.siteId LIMIT $limit
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
OPTIONAL MATCH (s)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (s)-[:IN_CELL]->(c:Cell)
RETURN s.siteId AS id,
       s{.*, sourceKind: a.kind, sourceKey: a.key, sourceHash: a.hash, cellKey: c.cellKey, preSiteId: pre.siteId,
         preLocation: pre.location, preBodyId: pre.bodyId} AS row
ORDER BY id
