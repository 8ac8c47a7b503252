// @name    autapsesAt
// @summary Neurons that synapsed onto themselves at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   minWeight Int64  synapses
// @param   limit Int32
// @returns bodyId Int64, weight Int64
CALL {
  MATCH (a)-[c:ConnectsTo]->(b)
  WHERE c.dataset = $dataset AND c.weight >= $minWeight AND c.revision <= $revision AND a = b
  RETURN a.bodyId AS pre, b.bodyId AS post, c.weight AS weight
  UNION ALL
  MATCH (c:PastConnection {dataset: $dataset})
  WHERE c.weight >= $minWeight AND c.fromRevision <= $revision AND c.toRevision > $revision AND c.preBodyId = c.postBodyId
  RETURN c.preBodyId AS pre, c.postBodyId AS post, c.weight AS weight
}
RETURN pre AS bodyId, weight ORDER BY weight DESC, bodyId LIMIT $limit
