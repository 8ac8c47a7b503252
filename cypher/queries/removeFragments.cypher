// @name    removeFragments
// @summary Deletes fragments.
// @mode    write
// @param   dataset String
// @param   rows List<{bodyId Int64, blockKey String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (f:Fragment {dataset: $dataset, bodyId: row.bodyId, blockKey: row.blockKey})
DETACH DELETE f
RETURN count(*) AS written
