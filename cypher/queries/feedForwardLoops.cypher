// @name    feedForwardLoops
// @summary Feed-forward motifs from given neurons: a to b, b to c, and a to c as well, strongest weakest link first.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>  the first neurons
// @param   minWeight Int64  of each connection
// @param   limit Int32
// @mask
// @returns firstId Int64, middleId Int64, lastId Int64, firstWeight Int64, secondWeight Int64, directWeight Int64
UNWIND $bodyIds AS bodyId
MATCH (a:Segment {dataset: $dataset, bodyId: bodyId})-[ab:ConnectsTo]->(b:Segment)-[bc:ConnectsTo]->(c:Segment)
WHERE ab.weight >= stratome.leastStored() AND bc.weight >= stratome.leastStored() AND a <> b AND b <> c AND a <> c
MATCH (a)-[ac:ConnectsTo]->(c)
WHERE ac.weight >= stratome.leastStored()
WITH a, b, c, stratome.weightUnderMask(ab) AS first, stratome.weightUnderMask(bc) AS second, stratome.weightUnderMask(ac) AS direct
WHERE first >= $minWeight AND second >= $minWeight AND direct >= $minWeight
RETURN a.bodyId AS firstId, b.bodyId AS middleId, c.bodyId AS lastId, first AS firstWeight, second AS secondWeight,
       direct AS directWeight
ORDER BY reduce(least = first, w IN [second, direct] | CASE WHEN w < least THEN w ELSE least END) DESC, firstId,
         middleId, lastId
LIMIT $limit
