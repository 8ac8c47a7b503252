// @name    lineageExtents
// @summary For each stage and what its runs were made with, how many of the artefacts that stand at a revision they made, and
//          the smallest box that holds those: where parts of a volume were made in another way than the rest.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @returns stage String, codeRevision String, codeDirty Boolean, modelHash String, parametersHash String,
//          environmentHash String, artifacts Int64, low Point, high Point
OPTIONAL MATCH (shown:Revision {dataset: $dataset, revision: $revision})
WITH coalesce(shown.lineageRevision, $revision) AS held
MATCH (a:Artifact {dataset: $dataset})
WHERE a.kind IS NOT NULL AND a.key IS NOT NULL AND a.hash IS NOT NULL
  AND a.revision <= held <= a.lastRevision AND a.boxBegin IS NOT NULL
MATCH (a)<-[:GENERATED]-(r:Run)
RETURN r.stage AS stage, r.codeRevision AS codeRevision, r.codeDirty AS codeDirty, r.modelHash AS modelHash,
       r.parametersHash AS parametersHash, r.environmentHash AS environmentHash, count(*) AS artifacts,
       point({z: min(a.boxBegin[0]), y: min(a.boxBegin[1]), x: min(a.boxBegin[2])}) AS low,
       point({z: max(a.boxEnd[0]), y: max(a.boxEnd[1]), x: max(a.boxEnd[2])}) AS high
ORDER BY stage, codeRevision, codeDirty, modelHash, parametersHash, environmentHash
