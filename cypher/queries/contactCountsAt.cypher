// @name    contactCountsAt
// @summary The synapses with both partners that each given segment received and made at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @mask
// @returns bodyId Int64, upstream Int64, downstream Int64
UNWIND $bodyIds AS bodyId
WITH bodyId, [found IN stratome.sitesLeftAt(bodyId) | found.side] AS sides
RETURN bodyId, size([s IN sides WHERE s = 'in']) AS upstream, size([s IN sides WHERE s = 'out']) AS downstream
