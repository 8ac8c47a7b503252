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
// @mask
// @returns partnerId Int64, partnerType String?, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
WITH $bodyId AS bodyId
CALL (bodyId) {
  WITH bodyId WHERE $direction = 'upstream'
  stratome.linksInto(bodyId)
  RETURN link, link.preBodyId AS partnerId
  UNION ALL
  WITH bodyId WHERE $direction = 'downstream'
  stratome.linksFrom(bodyId)
  RETURN link, link.postBodyId AS partnerId
}
WITH partnerId, link, stratome.weightAt(link) AS weight
WHERE weight >= $minWeight
  AND ($afterWeight IS NULL OR weight < $afterWeight OR (weight = $afterWeight AND partnerId > $afterBodyId))
WITH partnerId, link, weight ORDER BY weight DESC, partnerId LIMIT $limit
stratome.countsAt(link)
OPTIONAL MATCH (p:Segment {dataset: $dataset, bodyId: partnerId})
WHERE p.revision <= $revision
OPTIONAL MATCH (q:PastSegment {dataset: $dataset, bodyId: partnerId})
WHERE q.fromRevision <= $revision AND q.toRevision > $revision
RETURN partnerId, coalesce(p.type, q.type) AS partnerType, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY weight DESC, partnerId
