// @name    cellsOfFlags
// @summary Which of some quality cells, or of all of a dataset where none are named, each of some boxes meets.
// @mode    read
// @param   dataset String
// @param   cellKeys List<String>?
// @param   boxes List<{flagId String, boxBegin List<Int32>, boxEnd List<Int32>}>
// @returns flagId String, cellKey String
CALL {
  WITH 1 AS once WHERE $cellKeys IS NOT NULL
  UNWIND $cellKeys AS cellKey
  MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})
  RETURN c
  UNION ALL
  WITH 1 AS once WHERE $cellKeys IS NULL
  MATCH (c:Cell {dataset: $dataset})
  WHERE c.cellKey IS NOT NULL AND c.grid = 'cell'
  RETURN c
}
UNWIND $boxes AS box
WITH c, box WHERE all(k IN [0, 1, 2] WHERE c.boxBegin[k] < box.boxEnd[k] AND box.boxBegin[k] < c.boxEnd[k])
RETURN box.flagId AS flagId, c.cellKey AS cellKey
ORDER BY flagId, cellKey
