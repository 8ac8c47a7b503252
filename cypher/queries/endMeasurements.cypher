// @name    endMeasurements
// @summary Ends what was measured before a revision and is not measured in it: from then on there is a null in its place.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   rows List<{layer String, measure String, cellKey String, unit String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (c:Cell {dataset: $dataset, cellKey: row.cellKey})
MERGE (m:Measurement {dataset: $dataset, layer: row.layer, measure: row.measure, cellKey: row.cellKey, revision: $revision})
SET m.value = null, m.unit = row.unit, m.count = 0
MERGE (m)-[:OF]->(c)
RETURN count(*) AS written
