// @name    upsertArtifacts
// @summary Records what tasks wrote: one artefact is (kind, key) with the hash of its content.
// @mode    write
// @param   dataset String
// @param   revision Int64  one that the artefacts are valid in; the first such stays as revision, the last as lastRevision
// @param   rows List<{kind String, key String, hash String, layer String, boxBegin List<Int32>?, boxEnd List<Int32>?,
//          mips List<Int32>?, chunkBegin List<Int32>?, chunkEnd List<Int32>?, sizeBytes Int64?}>
//          boxes in voxels, z, y, x; of a volume, the box of chunk positions of each mip, one after another
// @returns written Int64
UNWIND $rows AS row
MERGE (a:Artifact {dataset: $dataset, kind: row.kind, key: row.key, hash: row.hash})
ON CREATE SET a.revision = $revision
SET a.lastRevision = $revision, a.layer = row.layer, a.boxBegin = row.boxBegin, a.boxEnd = row.boxEnd, a.sizeBytes = row.sizeBytes,
    a.mips = row.mips, a.chunkBegin = row.chunkBegin, a.chunkEnd = row.chunkEnd
RETURN count(*) AS written
