// @name    artifactPage
// @summary The artefacts of a revision in order of kind, key and hash, a page at a time.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   afterKind String  of the last one of the page before; empty at the start
// @param   afterKey String
// @param   afterHash String
// @param   limit Int32
// @returns kind String, key String, hash String, layer String, tile Boolean, sizeBytes Int64?, boxBegin List<Int32>?,
//          boxEnd List<Int32>?
OPTIONAL MATCH (shown:Revision {dataset: $dataset, revision: $revision})
WITH coalesce(shown.lineageRevision, $revision) AS held
MATCH (a:Artifact {dataset: $dataset})
WHERE a.kind >= $afterKind AND a.key IS NOT NULL AND a.hash IS NOT NULL
  AND (a.kind > $afterKind OR a.key > $afterKey OR (a.key = $afterKey AND a.hash > $afterHash))
  AND a.revision <= held <= a.lastRevision
RETURN a.kind AS kind, a.key AS key, a.hash AS hash, a.layer AS layer, a:Tile AS tile, a.sizeBytes AS sizeBytes,
       a.boxBegin AS boxBegin, a.boxEnd AS boxEnd
ORDER BY kind, key, hash LIMIT $limit
