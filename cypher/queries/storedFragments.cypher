// @name    storedFragments
// @summary Fragments with all that was written of them, those of some segments at a time.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @returns id Int64, row Map
UNWIND $bodyIds AS bodyId
MATCH (f:Fragment {dataset: $dataset, bodyId: bodyId})
WHERE f.blockKey IS NOT NULL
OPTIONAL MATCH (f)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (f)-[:IN_CELL]->(c:Cell)
RETURN f.bodyId AS id,
       f{.*, sourceKind: a.kind, sourceKey: a.key, sourceHash: a.hash, cellKey: c.cellKey} AS row
