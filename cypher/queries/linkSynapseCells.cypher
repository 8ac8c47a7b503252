// @name    linkSynapseCells
// @summary Says which quality cell a synapse lies in (one; an earlier one is let go).
// @mode    write
// @param   dataset String
// @param   type String  pre or post
// @param   rows List<{siteId Int64, cellKey String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (s:Synapse {dataset: $dataset, siteId: row.siteId, type: $type})
MATCH (c:Cell {dataset: $dataset, cellKey: row.cellKey})
MERGE (s)-[:IN_CELL]->(c)
WITH s, c
CALL (s, c) { MATCH (s)-[old:IN_CELL]->(other) WHERE other <> c DELETE old }
RETURN count(*) AS written
