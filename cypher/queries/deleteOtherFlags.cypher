// @name    deleteOtherFlags
// @summary Deletes the flags of a dataset but those that are named: the others hold no more.
// @mode    write
// @param   dataset String
// @param   flagIds List<String>  those that stay
// @returns deleted Int64
MATCH (f:Flag {dataset: $dataset})
WHERE f.flagId IS NOT NULL AND NOT f.flagId IN $flagIds
DETACH DELETE f
RETURN count(*) AS deleted
