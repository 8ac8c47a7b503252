// @name    exportedNeurons
// @summary A page of a dataset's neurons, and of the other segments that have connections, with all that a table of
//          neurons holds.
// @mode    read
// @param   dataset String
// @param   after Int64  the last id of the page before; -1 at the start
// @param   limit Int32
// @returns bodyId Int64, neuron Boolean, type String?, instance String?, status String?, class String?, size Int64,
//          pre Int64, post Int64, upstream Int64, downstream Int64, cableLengthUm Float?, somaLocation Point?,
//          flags List<String>, roiInfo String
MATCH (n:Segment {dataset: $dataset})
WHERE n.bodyId > $after AND (n:Neuron OR EXISTS { (n)-[:ConnectsTo]-(:Segment) })
WITH n ORDER BY n.bodyId LIMIT $limit
RETURN n.bodyId AS bodyId, n:Neuron AS neuron, n.type AS type, n.instance AS instance, n.status AS status,
       n.class AS class, coalesce(n.size, 0) AS size, n.pre AS pre, n.post AS post, n.upstream AS upstream,
       n.downstream AS downstream, n.cableLengthUm AS cableLengthUm, n.somaLocation AS somaLocation,
       coalesce(n.flags, []) AS flags, coalesce(n.roiInfo, '{}') AS roiInfo
ORDER BY bodyId
