// @name    linkParameters
// @summary Says which artefacts another one took estimates from (a transform, a normalisation, an agglomeration).
// @mode    write
// @param   dataset String
// @param   rows List<{kind String, key String, hash String, fromKind String, fromKey String, fromHash String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (a:Artifact {dataset: $dataset, kind: row.kind, key: row.key, hash: row.hash})
MATCH (b:Artifact {dataset: $dataset, kind: row.fromKind, key: row.fromKey, hash: row.fromHash})
MERGE (a)-[:PARAMETERS_FROM]->(b)
RETURN count(*) AS written
