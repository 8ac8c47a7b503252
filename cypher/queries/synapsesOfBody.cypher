// @name    synapsesOfBody
// @summary The synapses that a body makes, or receives.
// @mode    read
// @param   dataset String
// @param   bodyId Int64
// @param   side String  pre: those it makes; post: those it receives
// @returns siteId Int64, location Point, preLocation Point?, preBodyId Int64?, postBodyId Int64?, confidence Float,
//          kind String
MATCH (:Segment {dataset: $dataset, bodyId: $bodyId})-[:Contains]->(:SynapseSet)-[:Contains]->(own:Synapse)
WHERE own.type = $side
CALL (own) {
  WITH own WHERE own.type = 'post'
  RETURN own AS s
  UNION
  WITH own WHERE own.type = 'pre'
  MATCH (own)-[:SynapsesTo]->(post:Synapse)
  RETURN post AS s
}
WITH DISTINCT s
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
WITH s, head(collect(pre)) AS pre
RETURN s.siteId AS siteId, s.location AS location, pre.location AS preLocation, pre.bodyId AS preBodyId,
       s.bodyId AS postBodyId, s.confidence AS confidence, s.kind AS kind
ORDER BY siteId
