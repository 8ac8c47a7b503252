// @name    excitationInhibition
// @summary Excitatory and inhibitory synapses that each given neuron receives and makes.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @mask
// @returns bodyId Int64, excitatoryIn Int64, inhibitoryIn Int64, excitatoryOut Int64, inhibitoryOut Int64
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
CALL (n) {
  OPTIONAL MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse)
  WHERE stratome.isCounted(s)
  WITH DISTINCT s
  RETURN sum(CASE WHEN s.type = 'post' AND s.kind = 'excitatory' THEN 1 ELSE 0 END) AS excitatoryIn,
         sum(CASE WHEN s.type = 'post' AND s.kind = 'inhibitory' THEN 1 ELSE 0 END) AS inhibitoryIn,
         sum(CASE WHEN s.type = 'pre' AND s.kind = 'excitatory' THEN 1 ELSE 0 END) AS excitatoryOut,
         sum(CASE WHEN s.type = 'pre' AND s.kind = 'inhibitory' THEN 1 ELSE 0 END) AS inhibitoryOut
}
RETURN bodyId, excitatoryIn, inhibitoryIn, excitatoryOut, inhibitoryOut
