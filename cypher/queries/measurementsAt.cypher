// @name    measurementsAt
// @summary Every measure over the cells of a dataset, as it stood at a revision: what a diagnosis reads.
// @mode    read
// @param   dataset String
// @param   revision Int64  the last measurement at or before it counts
// @returns cellKey String, grid String, boxBegin List<Int32>, boxEnd List<Int32>, measure String, value Float,
//          count Int64
MATCH (m:Measurement {dataset: $dataset})
WHERE m.layer IS NOT NULL AND m.measure IS NOT NULL AND m.cellKey IS NOT NULL AND m.revision <= $revision
WITH m.cellKey AS cellKey, m.measure AS measure, m ORDER BY m.revision DESC
WITH cellKey, measure, head(collect(m)) AS m
WHERE m.value IS NOT NULL
MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})
RETURN cellKey, c.grid AS grid, c.boxBegin AS boxBegin, c.boxEnd AS boxEnd, measure, m.value AS value,
       m.count AS count
ORDER BY measure, boxBegin
