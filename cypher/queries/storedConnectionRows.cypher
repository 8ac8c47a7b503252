// @name    storedConnectionRows
// @summary Connections with all that was written of them, those that some segments make at a time.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @returns id Int64, row Map
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})-[c:ConnectsTo]->(b:Segment)
RETURN n.bodyId AS id, c{.*, preBodyId: n.bodyId, postBodyId: b.bodyId} AS row
