// The postsynaptic sites of a connection that a mask leaves: of the minimum confidence (the dataset's threshold where none
// is given), in no masked cell.
COLLECT {
  MATCH (ofDataset:Meta {dataset: $dataset})
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + startNode(connection).bodyId + ':'
         + endNode(connection).bodyId + ':post'})-[:Contains]->(counted:Synapse)
  WHERE counted.confidence >= coalesce($minConfidence, ofDataset.postHighAccuracyThreshold) AND stratome.outsideMask(counted)
  RETURN counted
}
// @unmasked
[]
