// @name    connectionsBetweenAt
// @summary The connections from any of some neurons to any of others at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   preBodyIds List<Int64>
// @param   postBodyIds List<Int64>
// @param   minWeight Int64  synapses
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
UNWIND $preBodyIds AS preBodyId
CALL (preBodyId) {
  MATCH (a:Segment {dataset: $dataset, bodyId: preBodyId})-[c:ConnectsTo]->(b:Segment)
  WHERE b.bodyId IN $postBodyIds AND c.weight >= $minWeight AND c.revision <= $revision
  RETURN b.bodyId AS postBodyId, c.weight AS weight, c.weightHP AS weightHP,
         c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence
  UNION ALL
  MATCH (c:PastConnection {dataset: $dataset, preBodyId: preBodyId})
  WHERE c.postBodyId IN $postBodyIds AND c.weight >= $minWeight AND c.fromRevision <= $revision
    AND c.toRevision > $revision
  RETURN c.postBodyId AS postBodyId, c.weight AS weight, c.weightHP AS weightHP,
         c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence
}
RETURN preBodyId, postBodyId, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY preBodyId, postBodyId
