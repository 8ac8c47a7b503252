// @name    unflaggedPartners
// @summary Partners of each given neuron, recounted from the synapses that lie in no cell with a flag of given
//          severities, strongest first: an answer that leaves out what was flagged.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   direction String  upstream or downstream
// @param   severities List<String>  warn, exclude
// @param   minWeight Int64  synapses that are left
// @param   limit Int32  partners per neuron
// @returns bodyId Int64, partnerId Int64, partnerType String?, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
MATCH (meta:Meta {dataset: $dataset})
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
CALL (n, meta) {
  MATCH (n)-[c:ConnectsTo]-(p:Segment)
  WHERE c.weight >= $minWeight AND CASE $direction WHEN 'downstream' THEN startNode(c) ELSE endNode(c) END = n
  WITH p, meta, startNode(c).bodyId + ':' + endNode(c).bodyId AS pair
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + pair + ':post'})-[:Contains]->(s:Synapse)
  WHERE NOT EXISTS { (s)-[:IN_CELL]->(:Cell)<-[:ON]-(f:Flag) WHERE f.severity IN $severities }
  WITH p, count(CASE WHEN s.confidence >= meta.postHighAccuracyThreshold THEN 1 END) AS weight,
       count(CASE WHEN s.confidence >= meta.postHPThreshold THEN 1 END) AS weightHP,
       avg(CASE s.kind WHEN 'excitatory' THEN 1.0 ELSE 0.0 END) AS excitatoryShare,
       avg(s.confidence) AS meanConfidence
  WHERE weight >= $minWeight
  RETURN p, weight, weightHP, excitatoryShare, meanConfidence ORDER BY weight DESC, p.bodyId LIMIT $limit
}
RETURN bodyId, p.bodyId AS partnerId, p.type AS partnerType, weight, weightHP, excitatoryShare, meanConfidence
