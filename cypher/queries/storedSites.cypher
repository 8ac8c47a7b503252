// @name    storedSites
// @summary Presynaptic sites with all that was written of them, a page at a time.
// @mode    read
// @param   dataset String
// @param   after Int64  the last id of the page before; -1 at the start
// @param   limit Int32
// @returns id Int64, row Map
MATCH (s:Synapse {dataset: $dataset})
WHERE s.siteId > $after AND s.type = 'pre'
WITH s ORDER BY s.siteId LIMIT $limit
OPTIONAL MATCH (s)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (s)-[:IN_CELL]->(c:Cell)
RETURN s.siteId AS id,
       s{.*, sourceKind: a.kind, sourceKey: a.key, sourceHash: a.hash, cellKey: c.cellKey} AS row
ORDER BY id
