// @name    connectionCellsAt
// @summary The quality cells that the synapses of each given connection lay in at a revision, with how many lay there.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   pairs List<{preBodyId Int64, postBodyId Int64}>
// @returns preBodyId Int64, postBodyId Int64, cellKey String, sites Int64
UNWIND $pairs AS pair
CALL (pair) {
  MATCH (:SynapseSet {dataset: $dataset,
         datasetBodyIds: $dataset + ':' + pair.preBodyId + ':' + pair.postBodyId + ':post'})-[:Contains]->(s:Synapse)
  WHERE s.revision <= $revision
  MATCH (s)-[:IN_CELL]->(c:Cell)
  RETURN s.siteId AS siteId, c.cellKey AS cellKey
  UNION
  MATCH (s:PastSynapse {dataset: $dataset, preBodyId: pair.preBodyId, bodyId: pair.postBodyId})
  WHERE s.fromRevision <= $revision AND s.toRevision > $revision AND s.cellKey IS NOT NULL
  RETURN s.siteId AS siteId, s.cellKey AS cellKey
}
RETURN pair.preBodyId AS preBodyId, pair.postBodyId AS postBodyId, cellKey, count(siteId) AS sites
ORDER BY preBodyId, postBodyId, cellKey
