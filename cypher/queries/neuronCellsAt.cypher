// @name    neuronCellsAt
// @summary The quality cells that each given segment rested on at a revision, with the synapses and fragments it had there.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @returns bodyId Int64, cellKey String, sites Int64
UNWIND $bodyIds AS bodyId
CALL (bodyId) {
  stratome.sitesOfAt(bodyId)
  UNION
  MATCH (:Segment {dataset: $dataset, bodyId: bodyId})-[:HasFragment]->(f:Fragment)-[:IN_CELL]->(c:Cell)
  WHERE f.revision <= $revision
  RETURN 'fragment ' + f.blockKey AS site, c.cellKey AS cellKey
  UNION
  MATCH (f:Past {dataset: $dataset, pastOf: 'fragment'})
  WHERE f.pastKey STARTS WITH bodyId + '/' AND f.fromRevision <= $revision AND f.toRevision > $revision
    AND f.cellKey IS NOT NULL
  RETURN 'fragment ' + f.blockKey AS site, f.cellKey AS cellKey
}
RETURN bodyId, cellKey, count(site) AS sites
ORDER BY bodyId, cellKey
