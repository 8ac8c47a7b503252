// @name    unflaggedCounts
// @summary Of each given neuron the synapses with both partners that lie in a cell with a flag of given severities, and
//          those that lie in none.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   severities List<String>  warn, exclude
// @returns bodyId Int64, upstream Int64, downstream Int64, flaggedUpstream Int64, flaggedDownstream Int64
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
CALL (n) {
  MATCH (n)-[:Contains]->(set:SynapseSet)
  WITH DISTINCT set
  MATCH (set)-[:Contains]->(s:Synapse)
  WITH DISTINCT s
  OPTIONAL MATCH (s)-[:SynapsesTo]->(post:Synapse)
  WITH s, CASE s.type WHEN 'pre' THEN post ELSE s END AS contact
  WITH s.type AS side, contact,
       EXISTS { (contact)-[:IN_CELL]->(:Cell)<-[:ON]-(f:Flag) WHERE f.severity IN $severities } AS flagged
  WHERE contact IS NOT NULL
  RETURN count(CASE WHEN side = 'post' AND NOT flagged THEN 1 END) AS upstream,
         count(CASE WHEN side = 'pre' AND NOT flagged THEN 1 END) AS downstream,
         count(CASE WHEN side = 'post' AND flagged THEN 1 END) AS flaggedUpstream,
         count(CASE WHEN side = 'pre' AND flagged THEN 1 END) AS flaggedDownstream
}
RETURN bodyId, upstream, downstream, flaggedUpstream, flaggedDownstream
