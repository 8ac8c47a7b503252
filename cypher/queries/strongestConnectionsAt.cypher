// @name    strongestConnectionsAt
// @summary The strongest connections of a dataset at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   minWeight Int64  synapses
// @param   limit Int32
// @mask
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
stratome.linksAt()
WITH link, stratome.weightAt(link) AS weight
WHERE weight >= $minWeight
WITH link, weight, link.preBodyId AS preBodyId, link.postBodyId AS postBodyId
ORDER BY weight DESC, preBodyId, postBodyId LIMIT $limit
stratome.countsAt(link)
RETURN preBodyId, postBodyId, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY weight DESC, preBodyId, postBodyId
