// The triads among neurons, from rows of 0 and 1 that say which of them each connects with.
UNWIND range(0, size(has) - 3) AS a
UNWIND range(a + 1, size(has) - 2) AS b
UNWIND range(b + 1, size(has) - 1) AS c
WITH [has[a][b], has[b][a], has[a][c], has[c][a], has[b][c], has[c][b]] AS e
WITH e, [e[0] + e[2], e[1] + e[4], e[3] + e[5]] AS outs, [e[1] + e[3], e[0] + e[5], e[2] + e[4]] AS ins,
     [e[0] + e[1], e[2] + e[3], e[4] + e[5]] AS links
WITH size([l IN links WHERE l = 2]) AS mutual, size([l IN links WHERE l = 1]) AS oneWay,
     size([l IN links WHERE l = 0]) AS missing, apoc.coll.sort(outs) AS outDegrees, apoc.coll.sort(ins) AS inDegrees
WHERE missing < 2
RETURN toString(mutual) + oneWay + missing + CASE
         WHEN missing = 1 AND mutual = 0 THEN
           CASE WHEN outDegrees[2] = 2 THEN 'D' WHEN inDegrees[2] = 2 THEN 'U' ELSE 'C' END
         WHEN missing = 1 AND mutual = 1 THEN CASE WHEN inDegrees[2] = 2 THEN 'D' ELSE 'U' END
         WHEN missing = 0 AND mutual = 0 THEN CASE WHEN outDegrees[2] = 2 THEN 'T' ELSE 'C' END
         WHEN missing = 0 AND mutual = 1 THEN
           CASE WHEN inDegrees[0] = 0 THEN 'D' WHEN outDegrees[0] = 0 THEN 'U' ELSE 'C' END
         ELSE '' END AS triad,
       mutual, oneWay, missing, outDegrees, inDegrees, count(*) AS triples
ORDER BY missing, mutual, outDegrees, inDegrees
