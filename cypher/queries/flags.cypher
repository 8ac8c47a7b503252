// @name    flags
// @summary The flags that hold at the head of a dataset, with how much they touch.
// @mode    read
// @param   dataset String
// @returns flagId String, reason String, severity String, layer String?, author String, createdAt String,
//          fromRevision Int64, diagnosisId String?, boxBegin List<Int32>, boxEnd List<Int32>, cells Int64,
//          synapses Int64
MATCH (f:Flag {dataset: $dataset})
WHERE f.flagId IS NOT NULL
RETURN f.flagId AS flagId, f.reason AS reason, f.severity AS severity, f.layer AS layer, f.author AS author,
       toString(f.createdAt) AS createdAt, f.fromRevision AS fromRevision, f.diagnosisId AS diagnosisId,
       f.boxBegin AS boxBegin, f.boxEnd AS boxEnd, COUNT { (f)-[:ON]->(:Cell) } AS cells,
       COUNT { (f)-[:ON]->(:Cell)<-[:IN_CELL]-(:Synapse {type: 'post'}) } AS synapses
ORDER BY fromRevision, flagId
