// @name    anomalies
// @summary Anomalies that were found in the measurements of a revision, those least likely by chance first.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   limit Int32
// @returns anomalyId String, layer String, measure String, pattern String?, effect Float, p Float, boxBegin List<Int32>,
//          boxEnd List<Int32>, cells Int64
MATCH (a:Anomaly {dataset: $dataset})
WHERE a.anomalyId IS NOT NULL AND a.revision = $revision
WITH a ORDER BY a.p, a.layer, a.measure, a.anomalyId LIMIT $limit
RETURN a.anomalyId AS anomalyId, a.layer AS layer, a.measure AS measure, a.pattern AS pattern, a.effect AS effect, a.p AS p,
       a.boxBegin AS boxBegin, a.boxEnd AS boxEnd, COUNT { (a)-[:IN]->(:Cell) } AS cells
ORDER BY p, layer, measure, anomalyId
