// @name    upsertMeasurements
// @summary Records what a stage run measured per cell.
// @mode    write
// @param   dataset String
// @param   rows List<{cellKey String, layer String, measure String, value Float, unit String, count Int64,
//          revision Int64, runId String}>  count: observations behind the value
// @returns written Int64
UNWIND $rows AS row
MATCH (c:Cell {dataset: $dataset, cellKey: row.cellKey})
MATCH (r:Run {dataset: $dataset, runId: row.runId})
MERGE (m:Measurement {dataset: $dataset, layer: row.layer, measure: row.measure, cellKey: row.cellKey,
                      revision: row.revision})
SET m.value = row.value, m.unit = row.unit, m.count = row.count
MERGE (m)-[:OF]->(c)
MERGE (r)-[:GENERATED]->(m)
RETURN count(*) AS written
