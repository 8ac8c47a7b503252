// @name    upsertFragments
// @summary Writes the parts of segments inside single blocks, with the artefact each was read from.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   rows List<{bodyId Int64, blockKey String, size Int64, kind String, key String, hash String}>
//          size in voxels
// @returns written Int64
UNWIND $rows AS row
MATCH (n:Segment {dataset: $dataset, bodyId: row.bodyId})
MATCH (a:Artifact {dataset: $dataset, kind: row.kind, key: row.key, hash: row.hash})
MERGE (f:Fragment {dataset: $dataset, bodyId: row.bodyId, blockKey: row.blockKey})
SET f.size = row.size, f.revision = $revision
MERGE (n)-[:HasFragment]->(f)
MERGE (f)-[:DERIVED_FROM]->(a)
WITH f, a
CALL (f, a) { MATCH (f)-[old:DERIVED_FROM]->(other) WHERE other <> a DELETE old }
RETURN count(*) AS written
