// @name    recordCounterfactual
// @summary Keeps with a diagnosis what came of making its region again as the rest was made.
// @mode    write
// @param   dataset String
// @param   diagnosisId String
// @param   counterfactualJson String
// @returns recorded Int64
MATCH (d:Diagnosis {dataset: $dataset, diagnosisId: $diagnosisId})
SET d.counterfactualJson = $counterfactualJson
RETURN count(*) AS recorded
