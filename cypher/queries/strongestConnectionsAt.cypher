// @name    strongestConnectionsAt
// @summary The strongest connections of a dataset at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   minWeight Int64  synapses
// @param   limit Int32
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
CALL {
  MATCH (a)-[c:ConnectsTo]->(b)
  WHERE c.dataset = $dataset AND c.weight >= $minWeight AND c.revision <= $revision
  RETURN a.bodyId AS preBodyId, b.bodyId AS postBodyId, c.weight AS weight, c.weightHP AS weightHP,
         c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence
  UNION ALL
  MATCH (c:PastConnection {dataset: $dataset})
  WHERE c.weight >= $minWeight AND c.fromRevision <= $revision AND c.toRevision > $revision
  RETURN c.preBodyId AS preBodyId, c.postBodyId AS postBodyId, c.weight AS weight, c.weightHP AS weightHP,
         c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence
}
RETURN preBodyId, postBodyId, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY weight DESC, preBodyId, postBodyId LIMIT $limit
