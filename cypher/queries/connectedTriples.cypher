// @name    connectedTriples
// @summary All motifs of three among given neurons: how many triples are each of the 13 connected triads, by the
//          triad's usual name, with its mutual, one-way and missing pairs.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @param   minWeight Int64
// @mask
// @returns triad String, mutual Int64, oneWay Int64, missing Int64, outDegrees List<Int64>, inDegrees List<Int64>, triples Int64
MATCH (n:Segment {dataset: $dataset})
WHERE n.bodyId IN $bodyIds
WITH collect(n) AS chosen
UNWIND chosen AS a
CALL (a, chosen) {
  OPTIONAL MATCH (a)-[c:ConnectsTo]->(b:Segment)
  WHERE b.bodyId IN $bodyIds AND c.weight >= stratome.leastStored() AND stratome.weightUnderMask(c) >= $minWeight
  WITH chosen, collect(b) AS targets
  RETURN [other IN chosen | CASE WHEN other IN targets THEN 1 ELSE 0 END] AS row
}
// Who connects with whom, looked up once. The triples are then arithmetic.
WITH collect(row) AS has
stratome.triadsOf(has)
