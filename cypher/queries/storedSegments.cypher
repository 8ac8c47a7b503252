// @name    storedSegments
// @summary Segments with all that was written of them, a page at a time.
// @mode    read
// @param   dataset String
// @param   after Int64  the last id of the page before; -1 at the start
// @param   limit Int32
// @returns id Int64, row Map
MATCH (n:Segment {dataset: $dataset})
WHERE n.bodyId > $after
WITH n ORDER BY n.bodyId LIMIT $limit
RETURN n.bodyId AS id,
       n{.*, neuron: n:Neuron,
         sources: COLLECT { MATCH (n)-[:DERIVED_FROM]->(a:Artifact)
                            RETURN a.kind + '\n' + a.key + '\n' + a.hash AS source ORDER BY source }} AS row
ORDER BY id
