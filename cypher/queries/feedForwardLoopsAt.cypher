// @name    feedForwardLoopsAt
// @summary Feed-forward motifs from given neurons at a revision: a to b, b to c, and a to c as well, strongest weakest link first.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>  the first neurons
// @param   minWeight Int64  of each connection
// @param   limit Int32
// @mask
// @returns firstId Int64, middleId Int64, lastId Int64, firstWeight Int64, secondWeight Int64, directWeight Int64
UNWIND $bodyIds AS a
WITH a, [x IN stratome.outgoingAt(a) WHERE x[0] <> a] AS targets
WITH a, targets, apoc.map.fromPairs([x IN targets | [toString(x[0]), x[1]]]) AS weightTo
UNWIND targets AS x
WITH a, x, weightTo, x[0] AS b
UNWIND stratome.outgoingAt(b) AS y
WITH a, b, y[0] AS c, x[1] AS first, y[1] AS second, weightTo[toString(y[0])] AS direct
WHERE direct IS NOT NULL AND c <> b
RETURN a AS firstId, b AS middleId, c AS lastId, first AS firstWeight, second AS secondWeight, direct AS directWeight
ORDER BY reduce(least = first, w IN [second, direct] | CASE WHEN w < least THEN w ELSE least END) DESC, firstId,
         middleId, lastId
LIMIT $limit
