// @name    neuronsById
// @summary The named segments, neurons or not; ids that do not exist give no row.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @returns bodyId Int64, neuron Boolean, class String, type String?, instance String?, status String, size Int64,
//          pre Int64, post Int64, upstream Int64, downstream Int64, synweight Int64, flags List<String>,
//          somaLocation Point?, cableLengthUm Float?, skeletonNodes Int64?, boxBegin List<Int32>, boxEnd List<Int32>,
//          roiInfo String
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
RETURN bodyId, n:Neuron AS neuron, n.class AS class, n.type AS type, n.instance AS instance, n.status AS status,
       n.size AS size, n.pre AS pre, n.post AS post, n.upstream AS upstream, n.downstream AS downstream,
       n.synweight AS synweight, n.flags AS flags, n.somaLocation AS somaLocation, n.cableLengthUm AS cableLengthUm,
       n.skeletonNodes AS skeletonNodes, n.boxBegin AS boxBegin, n.boxEnd AS boxEnd, n.roiInfo AS roiInfo
