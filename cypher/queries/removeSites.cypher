// @name    removeSites
// @summary Deletes presynaptic or postsynaptic sites.
// @mode    write
// @param   dataset String
// @param   type String  pre or post
// @param   rows List<{siteId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (s:Synapse {dataset: $dataset, siteId: row.siteId, type: $type})
DETACH DELETE s
RETURN count(*) AS written
