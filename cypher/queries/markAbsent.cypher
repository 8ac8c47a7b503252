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
  WHERE p.toRevision < $revision
  RETURN coalesce(max(p.toRevision), 0) AS since
}
MERGE (x:Past {dataset: $dataset, pastOf: $kind, pastKey: row.key, toRevision: $revision})
ON CREATE SET x.fromRevision = since
RETURN count(*) AS written
