// @name    pointBasis
// @summary What a voxel of a volume rests on: the artefacts that hold it, with the stage runs that made them, and its quality cell.
// @mode    read
// @param   dataset String
// @param   volume String
// @param   revision Int64
// @param   z Float  voxels of the aligned volume
// @param   y Float
// @param   x Float
// @returns cellKey String?, sources List<{kind String, key String, hash String, lastRevision Int64, runIds List<String>}>
MATCH (meta:Meta {dataset: $dataset})
OPTIONAL MATCH (shown:Revision {dataset: $dataset, revision: $revision})
WITH meta, coalesce(shown.lineageRevision, $revision) AS held
CALL (held) {
  MATCH (a:Artifact {dataset: $dataset, kind: $volume})
  WHERE a.key IS NOT NULL AND a.hash IS NOT NULL AND a.revision <= held <= a.lastRevision AND 0 IN coalesce(a.mips, [0])
    AND a.boxBegin[0] <= $z < a.boxEnd[0] AND a.boxBegin[1] <= $y < a.boxEnd[1] AND a.boxBegin[2] <= $x < a.boxEnd[2]
  RETURN collect({kind: a.kind, key: a.key, hash: a.hash, lastRevision: a.lastRevision,
                  runIds: COLLECT { MATCH (a)<-[:GENERATED]-(r:Run) RETURN r.runId ORDER BY r.runId }}) AS sources
}
CALL (meta) {
  OPTIONAL MATCH (c:Cell {dataset: $dataset})
  WHERE c.cellKey IS NOT NULL AND c.grid = 'cell'
    AND c.boxBegin[0] <= $z < c.boxEnd[0] AND c.boxBegin[1] <= $y < c.boxEnd[1] AND c.boxBegin[2] <= $x < c.boxEnd[2]
  RETURN c.cellKey AS cellKey LIMIT 1
}
RETURN cellKey, sources
