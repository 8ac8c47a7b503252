// @name    deleteDatasetBatch
// @summary Deletes up to $limit nodes of a dataset, its Meta first; repeat until it deletes none.
// @mode    write
// @param   dataset String
// @param   limit Int32
// @returns deleted Int64
CALL {
  MATCH (n:Meta {dataset: $dataset}) RETURN n
  UNION ALL
  MATCH (n:Synapse {dataset: $dataset}) WHERE n.siteId IS NOT NULL AND n.type IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:SynapseSet {dataset: $dataset}) WHERE n.datasetBodyIds IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Element {dataset: $dataset}) WHERE n.siteId IS NOT NULL AND n.type IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:ElementSet {dataset: $dataset}) WHERE n.datasetBodyIds IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Fragment {dataset: $dataset}) WHERE n.bodyId IS NOT NULL AND n.blockKey IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Segment {dataset: $dataset}) WHERE n.bodyId IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Measurement {dataset: $dataset})
  WHERE n.layer IS NOT NULL AND n.measure IS NOT NULL AND n.cellKey IS NOT NULL AND n.revision IS NOT NULL
  RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Anomaly {dataset: $dataset}) WHERE n.anomalyId IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Diagnosis {dataset: $dataset}) WHERE n.diagnosisId IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Finding {dataset: $dataset}) WHERE n.findingId IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Flag {dataset: $dataset}) WHERE n.flagId IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Cell {dataset: $dataset}) WHERE n.cellKey IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Run {dataset: $dataset}) WHERE n.runId IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Artifact {dataset: $dataset})
  WHERE n.kind IS NOT NULL AND n.key IS NOT NULL AND n.hash IS NOT NULL
  RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Past {dataset: $dataset}) WHERE n.pastOf IS NOT NULL AND n.toRevision IS NOT NULL RETURN n LIMIT $limit
  UNION ALL
  MATCH (n:Head {dataset: $dataset}) RETURN n
  UNION ALL
  MATCH (n:Revision {dataset: $dataset}) WHERE n.revision IS NOT NULL RETURN n LIMIT $limit
}
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(*) AS deleted
