// @name    autapsesAt
// @summary Neurons that synapsed onto themselves at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   minWeight Int64  synapses
// @param   limit Int32
// @mask
// @returns bodyId Int64, weight Int64
stratome.linksAt()
WITH link WHERE link.preBodyId = link.postBodyId
WITH link.preBodyId AS bodyId, stratome.weightAt(link) AS weight WHERE weight >= $minWeight
RETURN bodyId, weight ORDER BY weight DESC, bodyId LIMIT $limit
