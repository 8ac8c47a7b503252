// @name    flaggedCells
// @summary The quality cells with a flag of given severities: what a mask leaves out.
// @mode    read
// @param   dataset String
// @param   severities List<String>  warn, exclude
// @returns cellKey String
MATCH (f:Flag {dataset: $dataset})
WHERE f.flagId IS NOT NULL AND f.severity IN $severities
MATCH (f)-[:ON]->(c:Cell)
RETURN DISTINCT c.cellKey AS cellKey ORDER BY cellKey
