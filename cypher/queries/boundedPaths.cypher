// @name    boundedPaths
// @summary Paths of up to four hops from one neuron to another, the one with the strongest weakest link first.
// @mode    read
// @param   dataset String
// @param   fromBodyId Int64
// @param   toBodyId Int64
// @param   minWeight Int64  synapses
// @param   maxHops Int32  at most 4
// @param   limit Int32
// @mask
// @returns bodyIds List<Int64>, weights List<Int64>, bottleneck Int64
MATCH (a:Segment {dataset: $dataset, bodyId: $fromBodyId})
MATCH (b:Segment {dataset: $dataset, bodyId: $toBodyId})
// Two halves that meet: the last hops, by where they begin, and then the first two. A connection is counted once a half,
// not once a path.
CALL (a, b) {
  MATCH (m:Segment)-[c:ConnectsTo]->(b)
  WHERE $maxHops > 2 AND m <> a AND m <> b AND stratome.mayCount(c)
  WITH a, b, m, stratome.weightUnderMask(c) AS last
  WHERE last >= $minWeight
  CALL (a, b, m, last) {
    RETURN m.bodyId AS begin, [] AS middle, [last] AS weights
    UNION ALL
    MATCH (l:Segment)-[d:ConnectsTo]->(m)
    WHERE $maxHops > 3 AND l <> a AND l <> b AND stratome.mayCount(d)
    WITH l, m, last, stratome.weightUnderMask(d) AS before
    WHERE before >= $minWeight
    RETURN l.bodyId AS begin, [m.bodyId] AS middle, [before, last] AS weights
  }
  RETURN apoc.map.groupByMulti(collect({begin: toString(begin), middle: middle, weights: weights}), 'begin') AS ends
}
MATCH (a)-[c:ConnectsTo]->(m:Segment)
WHERE (m = b OR m <> a) AND stratome.mayCount(c)
WITH a, b, ends, m, stratome.weightUnderMask(c) AS first
WHERE first >= $minWeight
CALL (a, b, ends, m, first) {
  WITH b, m, first WHERE m = b
  RETURN [] AS middle, [first] AS weights
  UNION ALL
  WITH a, b, ends, m, first WHERE m <> b AND $maxHops > 1
  MATCH (m)-[d:ConnectsTo]->(x:Segment)
  WHERE (x = b OR x <> a) AND stratome.mayCount(d)
  WITH b, ends, m, first, x, stratome.weightUnderMask(d) AS second
  WHERE second >= $minWeight
  // From one neuron to itself no path goes twice.
  UNWIND CASE WHEN x = b THEN [{middle: [], weights: []}]
              ELSE [end IN coalesce(ends[toString(x.bodyId)], []) WHERE NOT (m = x AND end.middle = [x.bodyId])] END AS end
  RETURN [m.bodyId] + CASE WHEN x = b THEN [] ELSE [x.bodyId] END + end.middle AS middle, [first, second] + end.weights AS weights
}
WITH [a.bodyId] + middle + [b.bodyId] AS bodyIds, weights,
     reduce(least = head(weights), w IN weights | CASE WHEN w < least THEN w ELSE least END) AS bottleneck
RETURN bodyIds, weights, bottleneck ORDER BY bottleneck DESC, size(bodyIds), bodyIds LIMIT $limit
