// @name    qualityOfCells
// @summary What was measured in each of some quality cells, as it stood at a revision.
// @mode    read
// @param   dataset String
// @param   cellKeys List<String>
// @param   revision Int64  the last measurement at or before it counts
// @returns cellKey String, layer String, measure String, unit String, value Float
UNWIND $cellKeys AS cellKey
MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})<-[:OF]-(m:Measurement)
WHERE m.revision <= $revision
WITH cellKey, m ORDER BY m.revision DESC
WITH cellKey, m.layer AS layer, m.measure AS measure, head(collect(m)) AS m
WHERE m.value IS NOT NULL
RETURN cellKey, layer, measure, m.unit AS unit, toFloat(m.value) AS value
ORDER BY cellKey, layer, measure
