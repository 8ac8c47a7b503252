// What else is told of a connection, stored or recounted from the synapses that a mask leaves.
CALL (connection) {
  WITH connection WHERE stratome.unmasked()
  RETURN connection.weightHP AS weightHP, connection.weightHR AS weightHR,
         connection.excitatoryShare AS excitatoryShare, connection.meanConfidence AS meanConfidence
  UNION ALL
  WITH connection WHERE NOT stratome.unmasked()
  MATCH (ofDataset:Meta {dataset: $dataset})
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + startNode(connection).bodyId + ':'
         + endNode(connection).bodyId + ':post'})-[:Contains]->(counted:Synapse)
  WHERE stratome.isCounted(counted)
  WITH ofDataset, collect(counted) AS sites
  RETURN size([s IN sites WHERE s.confidence >= ofDataset.postHPThreshold]) AS weightHP, size(sites) AS weightHR,
         CASE WHEN any(s IN sites WHERE s.kind <> 'unknown') THEN toFloat(size([s IN sites WHERE s.kind = 'excitatory']))
           / size([s IN sites WHERE s.kind <> 'unknown']) END AS excitatoryShare,
         reduce(sum = 0.0, s IN sites | sum + s.confidence) / size(sites) AS meanConfidence
}
// @unmasked
WITH *, connection.weightHP AS weightHP, connection.weightHR AS weightHR,
     connection.excitatoryShare AS excitatoryShare, connection.meanConfidence AS meanConfidence
