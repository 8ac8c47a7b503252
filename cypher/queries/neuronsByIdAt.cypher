// @name    neuronsByIdAt
// @summary The named segments as they were at a revision, neurons or not; ids that did not exist give no row.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @returns bodyId Int64, neuron Boolean, class String, type String?, instance String?, status String, size Int64, pre Int64,
//          post Int64, upstream Int64, downstream Int64, synweight Int64, flags List<String>, somaLocation Point?,
//          cableLengthUm Float?, skeletonNodes Int64?, boxBegin List<Int32>, boxEnd List<Int32>, roiInfo String
UNWIND $bodyIds AS bodyId
CALL (bodyId) {
  MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
  WHERE n.revision <= $revision
  RETURN n, n:Neuron AS neuron
  UNION ALL
  MATCH (n:PastSegment {dataset: $dataset, bodyId: bodyId})
  WHERE n.fromRevision <= $revision AND n.toRevision > $revision
  RETURN n, n.neuron AS neuron
}
RETURN bodyId, neuron, n.class AS class, n.type AS type, n.instance AS instance, n.status AS status,
       n.size AS size, n.pre AS pre, n.post AS post, n.upstream AS upstream, n.downstream AS downstream,
       n.synweight AS synweight, n.flags AS flags, n.somaLocation AS somaLocation, n.cableLengthUm AS cableLengthUm,
       n.skeletonNodes AS skeletonNodes, n.boxBegin AS boxBegin, n.boxEnd AS boxEnd, n.roiInfo AS roiInfo
