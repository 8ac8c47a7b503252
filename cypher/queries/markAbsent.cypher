// @name    markAbsent
// @summary Says that there was no such thing before a revision that adds it.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one that adds it
// @param   kind String  segment, fragment, site, synapse or connection
// @param   rows List<{key String}>
// @returns written Int64
UNWIND $rows AS row
CALL (row) {
  OPTIONAL MATCH (p:Past {dataset: $dataset, pastOf: $kind, pastKey: row.key})
  USING INDEX p:Past(dataset, pastOf, pastKey, toRevision)
  WHERE p.toRevision <= $revision
  RETURN coalesce(max(CASE WHEN p.toRevision < $revision THEN p.toRevision END), 0) AS since,
         count(CASE WHEN p.toRevision = $revision THEN p END) > 0 AS said
}
FOREACH (x IN CASE WHEN said THEN [] ELSE [1] END |
  CREATE (:Past {dataset: $dataset, pastOf: $kind, pastKey: row.key, fromRevision: since, toRevision: $revision}))
RETURN count(*) AS written
