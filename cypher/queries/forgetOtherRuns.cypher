// @name    forgetOtherRuns
// @summary Deletes runs, and what they measured, of a revision that another run makes now: what one that never
//          became a revision left.
// @mode    write
// @param   dataset String
// @param   revision Int64  this and later ones
// @param   runIds List<String>  the runs to keep
// @returns deleted Int64
CALL {
  MATCH (n:Measurement {dataset: $dataset})
  WHERE n.layer IS NOT NULL AND n.measure IS NOT NULL AND n.cellKey IS NOT NULL AND n.revision >= $revision
    AND NOT EXISTS { MATCH (n)<-[:GENERATED]-(kept:Run) WHERE kept.runId IN $runIds }
  RETURN n
  UNION ALL
  MATCH (n:Run {dataset: $dataset})
  WHERE n.runId IS NOT NULL AND n.revision >= $revision AND NOT n.runId IN $runIds
  RETURN n
}
DETACH DELETE n
RETURN count(*) AS deleted
