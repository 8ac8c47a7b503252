// @name    linkFragmentCells
// @summary Says which quality cell each fragment lies in.
// @mode    write
// @param   dataset String
// @param   rows List<{bodyId Int64, blockKey String, cellKey String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (f:Fragment {dataset: $dataset, bodyId: row.bodyId, blockKey: row.blockKey})
MATCH (c:Cell {dataset: $dataset, cellKey: row.cellKey})
MERGE (f)-[:IN_CELL]->(c)
RETURN count(*) AS written
