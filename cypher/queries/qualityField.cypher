// @name    qualityField
// @summary One measure of one layer over the cells of a dataset, as it stood at a revision.
// @mode    read
// @param   dataset String
// @param   layer String
// @param   measure String
// @param   revision Int64  the last measurement at or before it counts
// @param   grid String?  only cells of this grid (cell, section)
// @returns cellKey String, grid String, boxBegin List<Int32>, boxEnd List<Int32>, value Float, unit String,
//          count Int64, revision Int64
MATCH (m:Measurement {dataset: $dataset, layer: $layer, measure: $measure})
WHERE m.cellKey IS NOT NULL AND m.revision <= $revision
WITH m.cellKey AS cellKey, m ORDER BY m.revision DESC
WITH cellKey, head(collect(m)) AS m
WHERE m.value IS NOT NULL
MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})
WHERE $grid IS NULL OR c.grid = $grid
RETURN cellKey, c.grid AS grid, c.boxBegin AS boxBegin, c.boxEnd AS boxEnd, m.value AS value, m.unit AS unit,
       m.count AS count, m.revision AS revision
ORDER BY boxBegin
