// @name    boundedPathsAt
// @summary Paths of up to four hops from one neuron to another at a revision, the one with the strongest weakest link first.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   fromBodyId Int64
// @param   toBodyId Int64
// @param   minWeight Int64  synapses
// @param   maxHops Int32  at most 4
// @param   limit Int32
// @mask
// @returns bodyIds List<Int64>, weights List<Int64>, bottleneck Int64
WITH $fromBodyId AS a, $toBodyId AS b
WITH a, b, stratome.outgoingAt(a) AS leaving, stratome.incomingAt(b) AS reaching
WITH a, b, leaving, [y IN reaching WHERE NOT y[0] IN [a, b]] AS last, [x IN leaving WHERE NOT x[0] IN [a, b]] AS first
WITH a, b, leaving, first, last, apoc.map.fromPairs([y IN last | [toString(y[0]), y[1]]]) AS weightTo
CALL (a, b, leaving, first, last, weightTo) {
  UNWIND leaving AS x
  WITH a, b, x WHERE x[0] = b AND $maxHops >= 1
  RETURN [a, b] AS bodyIds, [x[1]] AS weights
  UNION ALL
  UNWIND first AS x
  WITH a, b, x, weightTo[toString(x[0])] AS end WHERE end IS NOT NULL AND $maxHops >= 2
  RETURN [a, x[0], b] AS bodyIds, [x[1], end] AS weights
  UNION ALL
  UNWIND CASE WHEN $maxHops >= 3 THEN first ELSE [] END AS x
  WITH a, b, x, weightTo, x[0] AS from
  UNWIND stratome.outgoingAt(from) AS y
  WITH a, b, x, y, weightTo[toString(y[0])] AS end WHERE end IS NOT NULL
  RETURN [a, x[0], y[0], b] AS bodyIds, [x[1], y[1], end] AS weights
  UNION ALL
  UNWIND CASE WHEN $maxHops >= 4 THEN last ELSE [] END AS z
  WITH a, b, first, z, z[0] AS to
  UNWIND stratome.incomingAt(to) AS y
  WITH a, b, first, z, y WHERE NOT y[0] IN [a, b]
  WITH a, b, first, apoc.map.groupByMulti(collect({to: toString(y[0]), z: z, weight: y[1]}), 'to') AS endings
  UNWIND first AS x
  WITH a, b, x, endings, x[0] AS from
  UNWIND stratome.outgoingAt(from) AS y
  UNWIND coalesce(endings[toString(y[0])], []) AS ending
  // A path passes a connection once.
  WITH a, b, x, y, ending WHERE NOT (x[0] = y[0] AND y[0] = ending.z[0])
  RETURN [a, x[0], y[0], ending.z[0], b] AS bodyIds, [x[1], y[1], ending.weight, ending.z[1]] AS weights
}
WITH bodyIds, weights, reduce(least = head(weights), w IN weights | CASE WHEN w < least THEN w ELSE least END) AS bottleneck
RETURN bodyIds, weights, bottleneck ORDER BY bottleneck DESC, size(bodyIds), bodyIds LIMIT $limit
