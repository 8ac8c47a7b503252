// @name    connectedTriplesAt
// @summary All motifs of three among given neurons at a revision: how many triples are each of the 13 connected triads, by the
//          triad's usual name, with its mutual, one-way and missing pairs.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @param   minWeight Int64
// @mask
// @returns triad String, mutual Int64, oneWay Int64, missing Int64, outDegrees List<Int64>, inDegrees List<Int64>, triples Int64
WITH apoc.coll.toSet($bodyIds) AS chosen
UNWIND chosen AS a
WITH chosen, a, [x IN stratome.outgoingAt(a) | x[0]] AS targets
WITH collect([other IN chosen | CASE WHEN other IN targets THEN 1 ELSE 0 END]) AS has
stratome.triadsOf(has)
