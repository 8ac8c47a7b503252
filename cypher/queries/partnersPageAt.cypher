// @name    partnersPageAt
// @summary Partners of a neuron on one side at a revision, strongest first, page by page.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyId Int64
// @param   direction String  upstream or downstream
// @param   minWeight Int64  synapses
// @param   afterWeight Int64?  weight of the last partner of the page before
// @param   afterBodyId Int64?  its id
// @param   limit Int32
// @returns partnerId Int64, partnerType String?, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
CALL {
  WITH 1 AS once WHERE $direction = 'upstream'
  MATCH (:Segment {dataset: $dataset, bodyId: $bodyId})<-[c:ConnectsTo]-(p:Segment)
  WHERE c.revision <= $revision
  RETURN p.bodyId AS partnerId, properties(c) AS c
  UNION ALL
  WITH 1 AS once WHERE $direction = 'downstream'
  MATCH (:Segment {dataset: $dataset, bodyId: $bodyId})-[c:ConnectsTo]->(p:Segment)
  WHERE c.revision <= $revision
  RETURN p.bodyId AS partnerId, properties(c) AS c
  UNION ALL
  WITH 1 AS once WHERE $direction = 'upstream'
  MATCH (c:PastConnection {dataset: $dataset, postBodyId: $bodyId})
  WHERE c.fromRevision <= $revision AND c.toRevision > $revision
  RETURN c.preBodyId AS partnerId, properties(c) AS c
  UNION ALL
  WITH 1 AS once WHERE $direction = 'downstream'
  MATCH (c:PastConnection {dataset: $dataset, preBodyId: $bodyId})
  WHERE c.fromRevision <= $revision AND c.toRevision > $revision
  RETURN c.postBodyId AS partnerId, properties(c) AS c
}
WITH partnerId, c, c.weight AS weight
WHERE weight >= $minWeight
  AND ($afterWeight IS NULL OR weight < $afterWeight OR (weight = $afterWeight AND partnerId > $afterBodyId))
WITH partnerId, c, weight ORDER BY weight DESC, partnerId LIMIT $limit
OPTIONAL MATCH (p:Segment {dataset: $dataset, bodyId: partnerId})
WHERE p.revision <= $revision
OPTIONAL MATCH (q:PastSegment {dataset: $dataset, bodyId: partnerId})
WHERE q.fromRevision <= $revision AND q.toRevision > $revision
RETURN partnerId, coalesce(p.type, q.type) AS partnerType, weight, c.weightHP AS weightHP,
       c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence
ORDER BY weight DESC, partnerId
