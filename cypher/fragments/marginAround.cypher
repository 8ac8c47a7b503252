// The mean agglomeration margin over the quality cells in which a segment had sites at a revision; null where none was measured.
CALL (body) {
  stratome.sitesOfAt(body)
}
WITH DISTINCT cellKey
OPTIONAL MATCH (:Cell {dataset: $dataset, cellKey: cellKey})<-[:OF]-(m:Measurement)
WHERE m.measure = 'agglomerationMargin' AND m.revision <= $revision
WITH cellKey, m ORDER BY m.revision DESC
WITH cellKey, head(collect(m)).value AS margin
RETURN avg(toFloat(margin)) AS margin
