// @name    linkSynapseArtifacts
// @summary Says which artefact a synapse was read from (one; an earlier one is let go).
// @mode    write
// @param   dataset String
// @param   type String  pre or post
// @param   rows List<{siteId Int64, kind String, key String, hash String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (s:Synapse {dataset: $dataset, siteId: row.siteId, type: $type})
MATCH (a:Artifact {dataset: $dataset, kind: row.kind, key: row.key, hash: row.hash})
MERGE (s)-[:DERIVED_FROM]->(a)
WITH s, a
CALL (s, a) { MATCH (s)-[old:DERIVED_FROM]->(other) WHERE other <> a DELETE old }
RETURN count(*) AS written
