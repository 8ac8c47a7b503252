// @name    neuronsByMorphologyAt
// @summary Neurons whose size, cable and branches lay between bounds at a revision, longest cable first.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   minCableUm Float?  bounds that are null do not bound
// @param   maxCableUm Float?
// @param   minSizeVoxels Int64?
// @param   maxSizeVoxels Int64?
// @param   minBranches Int64?
// @param   maxBranches Int64?
// @param   limit Int32
// @returns bodyId Int64, type String?, cableLengthUm Float?, size Int64, skeletonBranches Int64?, skeletonEnds Int64?
CALL {
  MATCH (n:Neuron {dataset: $dataset})
  WHERE n.bodyId >= 0 AND n.revision <= $revision
  RETURN n
  UNION ALL
  MATCH (n:PastSegment {dataset: $dataset})
  WHERE n.bodyId >= 0 AND n.neuron AND n.fromRevision <= $revision AND n.toRevision > $revision
  RETURN n
}
WITH n
WHERE ($minCableUm IS NULL OR n.cableLengthUm >= $minCableUm) AND ($maxCableUm IS NULL OR n.cableLengthUm <= $maxCableUm)
  AND ($minSizeVoxels IS NULL OR n.size >= $minSizeVoxels) AND ($maxSizeVoxels IS NULL OR n.size <= $maxSizeVoxels)
  AND ($minBranches IS NULL OR n.skeletonBranches >= $minBranches)
  AND ($maxBranches IS NULL OR n.skeletonBranches <= $maxBranches)
RETURN n.bodyId AS bodyId, n.type AS type, n.cableLengthUm AS cableLengthUm, n.size AS size,
       n.skeletonBranches AS skeletonBranches, n.skeletonEnds AS skeletonEnds
ORDER BY coalesce(cableLengthUm, 0) DESC, bodyId LIMIT $limit
