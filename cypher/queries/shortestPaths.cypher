// @name    shortestPaths
// @summary All shortest paths from one neuron to another over connections of a minimum weight, up to ten hops.
// @mode    read
// @param   dataset String
// @param   fromBodyId Int64
// @param   toBodyId Int64
// @param   minWeight Int64  synapses
// @param   limit Int32
// @mask
// @returns bodyIds List<Int64>, weights List<Int64>
MATCH (a:Segment {dataset: $dataset, bodyId: $fromBodyId})
MATCH (b:Segment {dataset: $dataset, bodyId: $toBodyId})
MATCH p = ALL SHORTEST (a)(()-[c:ConnectsTo WHERE c.weight >= stratome.leastStored() AND stratome.weightUnderMask(c) >= $minWeight]->()){1,10}(b)
WITH [n IN nodes(p) | n.bodyId] AS bodyIds, [r IN relationships(p) | stratome.weightUnderMask(r)] AS weights
RETURN bodyIds, weights ORDER BY bodyIds LIMIT $limit
