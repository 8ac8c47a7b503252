// @name    restoreMeasurements
// @summary Writes anew, for a revision that brings an earlier one back, what was measured then and otherwise since; null where
//          nothing was.
// @mode    write
// @param   dataset String
// @param   restored Int64  the revision to bring back
// @param   revision Int64  the one that brings it back
// @returns written Int64
MATCH (later:Measurement {dataset: $dataset})
WHERE later.revision > $restored AND later.revision < $revision
WITH later.layer AS layer, later.measure AS measure, later.cellKey AS cellKey, later ORDER BY later.revision DESC
WITH layer, measure, cellKey, head(collect(later)) AS now
CALL (layer, measure, cellKey) {
  OPTIONAL MATCH (m:Measurement {dataset: $dataset, layer: layer, measure: measure, cellKey: cellKey})
  WHERE m.revision <= $restored
  RETURN m AS then ORDER BY m.revision DESC LIMIT 1
}
WITH layer, measure, cellKey, now, then
WHERE coalesce(now.value <> then.value OR now.count <> then.count, NOT (now.value IS NULL AND then.value IS NULL))
MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})
MERGE (m:Measurement {dataset: $dataset, layer: layer, measure: measure, cellKey: cellKey, revision: $revision})
SET m.value = then.value, m.unit = coalesce(then.unit, now.unit), m.count = coalesce(then.count, 0)
MERGE (m)-[:OF]->(c)
WITH m, then
CALL (m, then) {
  MATCH (r:Run)-[:GENERATED]->(then)
  MERGE (r)-[:GENERATED]->(m)
}
RETURN count(*) AS written
