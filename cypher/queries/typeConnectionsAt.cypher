// @name    typeConnectionsAt
// @summary Connections added up by the cell types of a revision: pairs of types with their neurons, connections and synapses.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   type String?  one type on either side; all when null
// @param   minWeight Int64  synapses of a single connection
// @param   limit Int32
// @mask
// @returns preType String, postType String, connections Int64, synapses Int64, preNeurons Int64, postNeurons Int64
CALL {
  CALL {
    MATCH (n:Segment {dataset: $dataset})
    WHERE n.bodyId >= 0 AND n.type IS NOT NULL AND n.revision <= $revision
    RETURN [toString(n.bodyId), n.type] AS named
    UNION ALL
    MATCH (n:PastSegment {dataset: $dataset})
    WHERE n.bodyId >= 0 AND n.type IS NOT NULL AND n.fromRevision <= $revision AND n.toRevision > $revision
    RETURN [toString(n.bodyId), n.type] AS named
  }
  RETURN apoc.map.fromPairs(collect(named)) AS typeOf
}
stratome.linksAt()
WITH typeOf[toString(link.preBodyId)] AS preType, typeOf[toString(link.postBodyId)] AS postType, link
WHERE preType IS NOT NULL AND postType IS NOT NULL AND ($type IS NULL OR preType = $type OR postType = $type)
WITH preType, postType, link.preBodyId AS pre, link.postBodyId AS post, stratome.weightAt(link) AS weight
WHERE weight >= $minWeight
RETURN preType, postType, count(*) AS connections, sum(weight) AS synapses, count(DISTINCT pre) AS preNeurons,
       count(DISTINCT post) AS postNeurons
ORDER BY synapses DESC, preType, postType LIMIT $limit
