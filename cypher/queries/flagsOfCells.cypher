// @name    flagsOfCells
// @summary The flags on each of some quality cells; cells without any give no row.
// @mode    read
// @param   dataset String
// @param   cellKeys List<String>
// @returns cellKey String, flagIds List<String>
UNWIND $cellKeys AS cellKey
MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})<-[:ON]-(f:Flag)
WITH cellKey, f.flagId AS flagId ORDER BY flagId
RETURN cellKey, collect(flagId) AS flagIds
