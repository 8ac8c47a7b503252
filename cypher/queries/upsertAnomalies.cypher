// @name    upsertAnomalies
// @summary Records anomalies and the cells they lie in.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   rows List<{anomalyId String, layer String, measure String, pattern String, effect Float, p Float, boxBegin List<Int32>,
//          boxEnd List<Int32>, cellKeys List<String>}>  boxes in voxels, z, y, x
// @returns written Int64
UNWIND $rows AS row
MERGE (a:Anomaly {dataset: $dataset, anomalyId: row.anomalyId})
SET a.revision = $revision, a.layer = row.layer, a.measure = row.measure, a.pattern = row.pattern, a.effect = row.effect, a.p = row.p,
    a.boxBegin = row.boxBegin, a.boxEnd = row.boxEnd
WITH a, row
CALL (a, row) {
  UNWIND row.cellKeys AS cellKey
  MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})
  MERGE (a)-[:IN]->(c)
}
RETURN count(*) AS written
