// @name    upsertDiagnoses
// @summary Records diagnoses: the verdict, what was compared, the anomalies it explains, and what was rejected.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   rows List<{diagnosisId String, verdict String, layer String?, cause String?, confidence Float,
//          explainedShare Float?, explainedJson String?, boxBegin List<Int32>, boxEnd List<Int32>,
//          againstBegin List<Int32>?, againstEnd List<Int32>?, doubtJson String?, rejectedJson String, made String,
//          parametersJson String, anomalyIds List<String>}>  boxes in voxels, z, y, x; made is an ISO time, kept from the first writing
// @returns written Int64
UNWIND $rows AS row
MERGE (d:Diagnosis {dataset: $dataset, diagnosisId: row.diagnosisId})
  ON CREATE SET d.made = datetime(row.made)
SET d.revision = $revision, d.verdict = row.verdict, d.layer = row.layer, d.cause = row.cause,
    d.confidence = row.confidence, d.explainedShare = row.explainedShare, d.explainedJson = row.explainedJson,
    d.boxBegin = row.boxBegin, d.boxEnd = row.boxEnd, d.againstBegin = row.againstBegin,
    d.againstEnd = row.againstEnd, d.doubtJson = row.doubtJson, d.rejectedJson = row.rejectedJson, d.parametersJson = row.parametersJson
WITH d, row
CALL (d, row) {
  UNWIND row.anomalyIds AS anomalyId
  MATCH (a:Anomaly {dataset: $dataset, anomalyId: anomalyId})
  MERGE (d)-[:EXPLAINS]->(a)
}
RETURN count(*) AS written
