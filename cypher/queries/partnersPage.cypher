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
WHERE c.weight >= $minWeight
  AND ($afterWeight IS NULL OR c.weight < $afterWeight OR (c.weight = $afterWeight AND p.bodyId > $afterBodyId))
WITH c, p ORDER BY c.weight DESC, p.bodyId LIMIT $limit
RETURN p.bodyId AS partnerId, p.type AS partnerType, c.weight AS weight, c.weightHP AS weightHP,
       c.excitatoryShare AS excitatoryShare, c.meanConfidence AS meanConfidence
