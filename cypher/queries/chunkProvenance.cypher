// @name    chunkProvenance
// @summary From a chunk of a volume to exactly the tiles whose pixels it rests on, with all on the way: those of what
//          the task that wrote it wrote, for a task is the least that lineage tells apart.
// @mode    read
// @param   dataset String
// @param   volume String  em, segmentation, …
// @param   mip Int32
// @param   z Int32  position of the chunk in the chunk grid of its mip
// @param   y Int32
// @param   x Int32
// @returns tiles List<{tileId String, hash String, section Int32, path String}>,
//          artifacts List<{kind String, key String, hash String, layer String}>,
//          parameterSources List<{kind String, key String, hash String, layer String}>,
//          runs List<{runId String, stage String, layer String, inputHash String, outputHash String,
//            codeRevision String, codeDirty Boolean, modelId String, modelHash String, parametersHash String,
//            parametersJson String, environmentHash String, executionProvider String?, started String}>
OPTIONAL MATCH (h:Head {dataset: $dataset})
WITH coalesce(h.lineageRevision, h.revision, 0) AS shown
MATCH (source:Artifact {dataset: $dataset, kind: $volume})
WHERE source.key IS NOT NULL AND source.hash IS NOT NULL
  AND (shown = 0 OR source.revision <= shown <= source.lastRevision)
  AND any(i IN range(0, size(source.mips) - 1)
          WHERE source.mips[i] = $mip AND source.chunkBegin[3 * i] <= $z < source.chunkEnd[3 * i]
            AND source.chunkBegin[3 * i + 1] <= $y < source.chunkEnd[3 * i + 1]
            AND source.chunkBegin[3 * i + 2] <= $x < source.chunkEnd[3 * i + 2])
WITH [source] AS sources
stratome.provenanceOf(sources)
