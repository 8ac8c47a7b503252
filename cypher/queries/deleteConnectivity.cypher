// @name    deleteConnectivity
// @summary Deletes segments, fragments and synapses of a dataset, for the transaction that writes others in their place.
// @mode    write
// @param   dataset String
// @returns deleted Int64
CALL {
  MATCH (n:Synapse {dataset: $dataset}) WHERE n.siteId IS NOT NULL AND n.type IS NOT NULL RETURN n
  UNION ALL
  MATCH (n:SynapseSet {dataset: $dataset}) WHERE n.datasetBodyIds IS NOT NULL RETURN n
  UNION ALL
  MATCH (n:Fragment {dataset: $dataset}) WHERE n.bodyId IS NOT NULL AND n.blockKey IS NOT NULL RETURN n
  UNION ALL
  MATCH (n:Segment {dataset: $dataset}) WHERE n.bodyId IS NOT NULL RETURN n
}
DETACH DELETE n
RETURN count(*) AS deleted
