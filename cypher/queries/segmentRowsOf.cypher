// @name    segmentRowsOf
// @summary Some segments with all that was written of them; ids that do not exist give no row.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @returns row Map
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
RETURN n{.*, neuron: n:Neuron,
         sources: COLLECT { MATCH (n)-[:DERIVED_FROM]->(a:Artifact)
                            RETURN a.kind + '\n' + a.key + '\n' + a.hash AS source ORDER BY source }} AS row
ORDER BY n.bodyId
