// @name    diagnoses
// @summary Stored diagnoses with their steps and the anomalies they explain, the latest first.
// @mode    read
// @param   dataset String
// @param   diagnosisId String?  only this one
// @param   limit Int32
// @returns diagnosisId String, revision Int64, made String?, verdict String, layer String?, cause String?,
//          confidence Float, explainedJson String?, boxBegin List<Int32>, boxEnd List<Int32>,
//          againstBegin List<Int32>?, againstEnd List<Int32>?, doubtJson String?, rejectedJson String, parametersJson String?,
//          counterfactualJson String?,
//          steps List<{layer String, verdict String, measure String?, effect Float?, interval List<Float>?, p Float?,
//            measuresJson String, lineageJson String?, untestedJson String?}>,
//          anomalies List<{anomalyId String, layer String, measure String, pattern String?, effect Float, p Float,
//            boxBegin List<Int32>, boxEnd List<Int32>, cells Int64}>
MATCH (d:Diagnosis {dataset: $dataset})
WHERE d.diagnosisId IS NOT NULL AND ($diagnosisId IS NULL OR d.diagnosisId = $diagnosisId)
WITH d ORDER BY d.made DESC, d.diagnosisId LIMIT $limit
RETURN d.diagnosisId AS diagnosisId, d.revision AS revision, toString(d.made) AS made, d.verdict AS verdict,
       d.layer AS layer, d.cause AS cause, d.confidence AS confidence, d.explainedJson AS explainedJson,
       d.boxBegin AS boxBegin, d.boxEnd AS boxEnd, d.againstBegin AS againstBegin, d.againstEnd AS againstEnd,
       d.doubtJson AS doubtJson, d.rejectedJson AS rejectedJson, d.parametersJson AS parametersJson, d.counterfactualJson AS counterfactualJson,
       COLLECT { MATCH (d)-[s:STEP]->(f:Finding)
                 RETURN {layer: s.layer, verdict: s.verdict, measure: f.measure, effect: s.effect,
                         interval: s.interval, p: s.p, measuresJson: f.measuresJson, lineageJson: f.lineageJson,
                         untestedJson: f.untestedJson} ORDER BY s.layer DESC } AS steps,
       COLLECT { MATCH (d)-[:EXPLAINS]->(a:Anomaly)
                 RETURN {anomalyId: a.anomalyId, layer: a.layer, measure: a.measure, pattern: a.pattern, effect: a.effect,
                         p: a.p, boxBegin: a.boxBegin, boxEnd: a.boxEnd, cells: COUNT { (a)-[:IN]->(:Cell) }}
                 ORDER BY a.p, a.measure, a.anomalyId } AS anomalies
ORDER BY d.made DESC, diagnosisId
