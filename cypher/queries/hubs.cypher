// @name    hubs
// @summary Neurons with the most partners over connections of a minimum weight, both directions counted.
// @mode    read
// @param   dataset String
// @param   minWeight Int64
// @param   limit Int32
// @mask
// @returns bodyId Int64, type String?, inputs Int64, outputs Int64, partners Int64
MATCH ()-[c:ConnectsTo {dataset: $dataset}]->()
WHERE c.weight >= stratome.leastStored() AND stratome.weightUnderMask(c) >= $minWeight
WITH startNode(c) AS a, endNode(c) AS b
UNWIND [[a, 0, 1], [b, 1, 0]] AS end
WITH end[0] AS n, sum(end[1]) AS inputs, sum(end[2]) AS outputs
RETURN n.bodyId AS bodyId, n.type AS type, inputs, outputs, inputs + outputs AS partners
ORDER BY partners DESC, bodyId LIMIT $limit
