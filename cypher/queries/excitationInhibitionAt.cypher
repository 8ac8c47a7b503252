// @name    excitationInhibitionAt
// @summary Excitatory and inhibitory synapses that each given neuron received and made at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @mask
// @returns bodyId Int64, excitatoryIn Int64, inhibitoryIn Int64, excitatoryOut Int64, inhibitoryOut Int64
UNWIND $bodyIds AS bodyId
WITH bodyId WHERE EXISTS {
  MATCH (n:Segment {dataset: $dataset, bodyId: bodyId}) WHERE n.revision <= $revision RETURN n
  UNION
  MATCH (n:PastSegment {dataset: $dataset, bodyId: bodyId}) WHERE n.fromRevision <= $revision AND n.toRevision > $revision
  RETURN n
}
WITH bodyId, [found IN stratome.sitesLeftAt(bodyId) WHERE found.side <> 'out' | found.side + ' ' + found.site.kind] AS found
RETURN bodyId, size([f IN found WHERE f = 'in excitatory']) AS excitatoryIn,
       size([f IN found WHERE f = 'in inhibitory']) AS inhibitoryIn,
       size([f IN found WHERE f = 'pre excitatory']) AS excitatoryOut,
       size([f IN found WHERE f = 'pre inhibitory']) AS inhibitoryOut
