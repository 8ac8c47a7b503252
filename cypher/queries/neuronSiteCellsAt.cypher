// @name    neuronSiteCellsAt
// @summary The quality cells in which each given segment had synaptic sites at a revision, with how many.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @returns bodyId Int64, cellKey String, sites Int64
UNWIND $bodyIds AS bodyId
CALL (bodyId) {
  stratome.sitesOfAt(bodyId)
}
WITH bodyId, site, cellKey WHERE cellKey IS NOT NULL
RETURN bodyId, cellKey, count(site) AS sites
ORDER BY bodyId, cellKey
