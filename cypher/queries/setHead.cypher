// @name    setHead
// @summary Moves a dataset's Head to a new revision if it still stands where the caller saw it; no row when it does not.
// @mode    write
// @param   dataset String
// @param   expectedRevision Int64
// @param   expectedEpoch Int64
// @param   revision Int64
// @param   committedAt String  ISO time
// @returns revision Int64, epoch Int64
MATCH (h:Head {dataset: $dataset})
SET h.locked = true
REMOVE h.locked
WITH h
WHERE h.revision = $expectedRevision AND h.epoch = $expectedEpoch
MATCH (parent:Revision {dataset: $dataset, revision: $expectedRevision})
MERGE (r:Revision {dataset: $dataset, revision: $revision})
SET r.committed = coalesce(r.committed, datetime($committedAt))
FOREACH (x IN CASE WHEN r = parent THEN [] ELSE [1] END | MERGE (r)-[:PARENT]->(parent))
SET h.revision = $revision, h.epoch = $expectedEpoch + 1
RETURN h.revision AS revision, h.epoch AS epoch
