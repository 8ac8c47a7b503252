// @name    deleteSupersededBatch
// @summary Deletes up to $limit measurements, runs, artefacts and cells that no revision from $firstKept on holds;
//          repeat until it deletes none.
// @mode    write
// @param   dataset String
// @param   firstKept Int64
// @param   limit Int32
// @returns deleted Int64
CALL {
  MATCH (n:Measurement {dataset: $dataset})
  WHERE n.layer IS NOT NULL AND n.measure IS NOT NULL AND n.cellKey IS NOT NULL AND n.revision < $firstKept
  RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Run {dataset: $dataset})
  WHERE n.runId IS NOT NULL AND coalesce(n.lastRevision, n.revision) < $firstKept
  RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Artifact {dataset: $dataset})
  WHERE n.kind IS NOT NULL AND n.key IS NOT NULL AND n.hash IS NOT NULL
    AND coalesce(n.lastRevision, n.revision, 0) < $firstKept
  RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Cell {dataset: $dataset})
  WHERE n.cellKey IS NOT NULL AND coalesce(n.lastRevision, 0) < $firstKept
  RETURN n LIMIT $limit
}
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(*) AS deleted
