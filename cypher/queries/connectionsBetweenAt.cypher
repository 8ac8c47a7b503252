// @name    connectionsBetweenAt
// @summary The connections from any of some neurons to any of others at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   preBodyIds List<Int64>
// @param   postBodyIds List<Int64>
// @param   minWeight Int64  synapses
// @mask
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, excitatoryShare Float?,
//          meanConfidence Float?
UNWIND $preBodyIds AS preBodyId
stratome.linksFrom(preBodyId)
WITH preBodyId, link.postBodyId AS postBodyId, link
WHERE postBodyId IN $postBodyIds
WITH preBodyId, postBodyId, link, stratome.weightAt(link) AS weight
WHERE weight >= $minWeight
stratome.countsAt(link)
RETURN preBodyId, postBodyId, weight, weightHP, excitatoryShare, meanConfidence
ORDER BY preBodyId, postBodyId
