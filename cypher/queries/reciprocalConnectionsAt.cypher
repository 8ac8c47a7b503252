// @name    reciprocalConnectionsAt
// @summary Pairs of neurons that synapsed onto each other at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   minWeight Int64  synapses in each direction
// @param   limit Int32
// @mask
// @returns bodyId Int64, partnerId Int64, weightThere Int64, weightBack Int64
stratome.linksAt()
WITH link WHERE link.preBodyId <> link.postBodyId
WITH CASE WHEN link.preBodyId < link.postBodyId THEN link.preBodyId ELSE link.postBodyId END AS bodyId,
     CASE WHEN link.preBodyId < link.postBodyId THEN link.postBodyId ELSE link.preBodyId END AS partnerId,
     collect(link) AS both
WHERE size(both) = 2
WITH bodyId, partnerId, head([l IN both WHERE l.preBodyId = bodyId]) AS there, head([l IN both WHERE l.postBodyId = bodyId]) AS back
WITH bodyId, partnerId, stratome.weightAt(there) AS weightThere, stratome.weightAt(back) AS weightBack
WHERE weightThere >= $minWeight AND weightBack >= $minWeight
RETURN bodyId, partnerId, weightThere, weightBack
ORDER BY weightThere + weightBack DESC, bodyId, partnerId LIMIT $limit
