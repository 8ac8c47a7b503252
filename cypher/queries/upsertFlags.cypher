// @name    upsertFlags
// @summary Writes flags, each on every quality cell that its box meets.
// @mode    write
// @param   dataset String
// @param   rows List<{flagId String, reason String, severity String, layer String?, author String,
//          createdAt String, fromRevision Int64, diagnosisId String?, boxBegin List<Int32>, boxEnd List<Int32>}>
//          boxes in voxels, z, y, x; createdAt an ISO time
// @returns written Int64
UNWIND $rows AS row
MERGE (f:Flag {dataset: $dataset, flagId: row.flagId})
SET f.reason = row.reason, f.severity = row.severity, f.layer = row.layer, f.author = row.author,
    f.createdAt = datetime(row.createdAt), f.fromRevision = row.fromRevision, f.diagnosisId = row.diagnosisId,
    f.boxBegin = row.boxBegin, f.boxEnd = row.boxEnd
WITH f, row
CALL (f, row) {
  MATCH (c:Cell {dataset: $dataset})
  WHERE c.cellKey IS NOT NULL AND c.grid = 'cell'
    AND c.boxBegin[0] < row.boxEnd[0] AND c.boxEnd[0] > row.boxBegin[0]
    AND c.boxBegin[1] < row.boxEnd[1] AND c.boxEnd[1] > row.boxBegin[1]
    AND c.boxBegin[2] < row.boxEnd[2] AND c.boxEnd[2] > row.boxBegin[2]
  MERGE (f)-[:ON]->(c)
}
RETURN count(*) AS written
