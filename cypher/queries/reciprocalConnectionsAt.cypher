// @name    reciprocalConnectionsAt
// @summary Pairs of neurons that synapsed onto each other at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   minWeight Int64  synapses in each direction
// @param   limit Int32
// @returns bodyId Int64, partnerId Int64, weightThere Int64, weightBack Int64
CALL {
  MATCH (a)-[c:ConnectsTo]->(b)
  WHERE c.dataset = $dataset AND c.weight >= $minWeight AND c.revision <= $revision AND a.bodyId < b.bodyId
  RETURN a.bodyId AS pre, b.bodyId AS post, c.weight AS weight
  UNION ALL
  MATCH (c:PastConnection {dataset: $dataset})
  WHERE c.weight >= $minWeight AND c.fromRevision <= $revision AND c.toRevision > $revision AND c.preBodyId < c.postBodyId
  RETURN c.preBodyId AS pre, c.postBodyId AS post, c.weight AS weight
}
UNWIND [back IN stratome.outgoingAt(post) WHERE back[0] = pre] AS back
RETURN pre AS bodyId, post AS partnerId, weight AS weightThere, back[1] AS weightBack
ORDER BY weightThere + weightBack DESC, bodyId, partnerId LIMIT $limit
