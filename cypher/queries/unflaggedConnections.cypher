// @name    unflaggedConnections
// @summary The connections from any of some neurons to any of others, recounted from the synapses that lie in no cell
//          with a flag of given severities.
// @mode    read
// @param   dataset String
// @param   preBodyIds List<Int64>
// @param   postBodyIds List<Int64>
// @param   severities List<String>  warn, exclude
// @param   minWeight Int64  synapses that are left
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
MATCH (meta:Meta {dataset: $dataset})
UNWIND $preBodyIds AS preBodyId
MATCH (:Segment {dataset: $dataset, bodyId: preBodyId})-[c:ConnectsTo]->(b:Segment)
WHERE b.bodyId IN $postBodyIds AND c.weight >= $minWeight
MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + preBodyId + ':' + b.bodyId + ':post'})
      -[:Contains]->(s:Synapse)
WHERE NOT EXISTS { (s)-[:IN_CELL]->(:Cell)<-[:ON]-(f:Flag) WHERE f.severity IN $severities }
WITH preBodyId, b.bodyId AS postBodyId, count(CASE WHEN s.confidence >= meta.postHighAccuracyThreshold THEN 1 END) AS weight,
     count(CASE WHEN s.confidence >= meta.postHPThreshold THEN 1 END) AS weightHP,
     avg(CASE s.kind WHEN 'excitatory' THEN 1.0 ELSE 0.0 END) AS excitatoryShare, avg(s.confidence) AS meanConfidence
WHERE weight >= $minWeight
RETURN preBodyId, postBodyId, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY preBodyId, postBodyId
