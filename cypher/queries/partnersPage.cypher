// @name    partnersPage
// @summary Partners of a neuron on one side, strongest first, page by page.
// @mode    read
// @param   dataset String
// @param   bodyId Int64
// @param   direction String  upstream or downstream
// @param   minWeight Int64  synapses
// @param   afterWeight Int64?  weight of the last partner of the page before
// @param   afterBodyId Int64?  its id
// @param   limit Int32
// @mask
// @returns partnerId Int64, partnerType String?, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
MATCH (n:Segment {dataset: $dataset, bodyId: $bodyId})
CALL (n) {
  WITH n WHERE $direction = 'upstream'
  MATCH (n)<-[c:ConnectsTo]-(p:Segment) RETURN c, p
  UNION ALL
  WITH n WHERE $direction = 'downstream'
  MATCH (n)-[c:ConnectsTo]->(p:Segment) RETURN c, p
}
WITH c, p
WHERE c.weight >= stratome.leastStored()
WITH c, p, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
  AND ($afterWeight IS NULL OR weight < $afterWeight OR (weight = $afterWeight AND p.bodyId > $afterBodyId))
WITH c, p, weight ORDER BY weight DESC, p.bodyId LIMIT $limit
stratome.countsUnderMask(c)
RETURN p.bodyId AS partnerId, p.type AS partnerType, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY weight DESC, partnerId
