// The synapses of a connection: those stored, or under a mask those of the minimum confidence (the dataset's threshold
// where none is given) that lie in no masked cell.
CASE WHEN stratome.unmasked() THEN connection.weight ELSE COUNT {
  MATCH (ofDataset:Meta {dataset: $dataset})
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + startNode(connection).bodyId + ':'
         + endNode(connection).bodyId + ':post'})-[:Contains]->(counted:Synapse)
  WHERE counted.confidence >= coalesce($minConfidence, ofDataset.postHighAccuracyThreshold) AND stratome.outsideMask(counted)
} END
// @unmasked
connection.weight
