// @name    upsertFindings
// @summary Records the steps of diagnoses: one finding a layer, with the measurements of the region as its evidence.
// @mode    write
// @param   dataset String
// @param   revision Int64  the last measurements at or before it are the evidence
// @param   rows List<{diagnosisId String, findingId String, layer String, verdict String, effect Float?,
//          interval List<Float>?, p Float?, measure String?, measuresJson String, lineageJson String,
//          untestedJson String, cellKeys List<String>}>
// @returns written Int64
UNWIND $rows AS row
MATCH (d:Diagnosis {dataset: $dataset, diagnosisId: row.diagnosisId})
MERGE (f:Finding {dataset: $dataset, findingId: row.findingId})
SET f.layer = row.layer, f.verdict = row.verdict, f.measure = row.measure, f.measuresJson = row.measuresJson,
    f.lineageJson = row.lineageJson, f.untestedJson = row.untestedJson
MERGE (d)-[s:STEP]->(f)
SET s.layer = row.layer, s.verdict = row.verdict, s.effect = row.effect, s.interval = row.interval, s.p = row.p
WITH f, row
CALL (f, row) {
  UNWIND row.cellKeys AS cellKey
  MATCH (m:Measurement {dataset: $dataset, layer: row.layer, measure: row.measure, cellKey: cellKey})
  WHERE m.revision <= $revision
  WITH f, cellKey, m ORDER BY m.revision DESC
  WITH f, cellKey, head(collect(m)) AS m
  WHERE m.value IS NOT NULL
  MERGE (f)-[:EVIDENCE]->(m)
}
RETURN count(*) AS written
