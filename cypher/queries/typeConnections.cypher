// @name    typeConnections
// @summary Connections added up by cell type: pairs of types with their neurons, connections and synapses.
// @mode    read
// @param   dataset String
// @param   type String?  one type on either side; all when null
// @param   minWeight Int64  synapses of a single connection
// @param   limit Int32
// @mask
// @returns preType String, postType String, connections Int64, synapses Int64, preNeurons Int64, postNeurons Int64
MATCH ()-[c:ConnectsTo {dataset: $dataset}]->()
WHERE c.weight >= stratome.leastStored()
WITH startNode(c) AS a, endNode(c) AS b, c
WHERE a.type IS NOT NULL AND b.type IS NOT NULL AND ($type IS NULL OR a.type = $type OR b.type = $type)
WITH a, b, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
RETURN a.type AS preType, b.type AS postType, count(*) AS connections, sum(weight) AS synapses,
       count(DISTINCT a) AS preNeurons, count(DISTINCT b) AS postNeurons
ORDER BY synapses DESC, preType, postType LIMIT $limit
