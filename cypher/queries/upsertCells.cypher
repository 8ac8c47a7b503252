// @name    upsertCells
// @summary Records quality cells: boxes of a grid over the volume, or whole sections.
// @mode    write
// @param   dataset String
// @param   revision Int64  one that the cells are those of
// @param   rows List<{cellKey String, grid String, boxBegin List<Int32>, boxEnd List<Int32>, centre Point}>
//          boxes in voxels, z, y, x
// @returns written Int64
UNWIND $rows AS row
MERGE (c:Cell {dataset: $dataset, cellKey: row.cellKey})
SET c.lastRevision = $revision, c.grid = row.grid, c.boxBegin = row.boxBegin, c.boxEnd = row.boxEnd, c.centre = row.centre
RETURN count(*) AS written
