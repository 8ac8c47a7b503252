// @name    synapseCellsAt
// @summary The quality cell that each given postsynaptic site lay in at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   siteIds List<Int64>
// @returns siteId Int64, cellKey String, sites Int64
UNWIND $siteIds AS siteId
CALL (siteId) {
  MATCH (s:Synapse {dataset: $dataset, siteId: siteId, type: 'post'})-[:IN_CELL]->(c:Cell)
  WHERE s.revision <= $revision
  RETURN c.cellKey AS cellKey
  UNION
  MATCH (s:Past {dataset: $dataset, pastOf: 'synapse', pastKey: toString(siteId)})
  WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.cellKey IS NOT NULL
  RETURN s.cellKey AS cellKey
}
RETURN siteId, cellKey, 1 AS sites
ORDER BY siteId
