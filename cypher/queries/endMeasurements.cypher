// @name    endMeasurements
// @summary Ends what was measured before a revision and is not measured in it: from then on there is a null in its place.
// @mode    write
// @param   dataset String
// @param   revision Int64  one that measured everything anew
// @returns ended Int64
MATCH (m:Measurement {dataset: $dataset})
WHERE m.layer IS NOT NULL AND m.measure IS NOT NULL AND m.cellKey IS NOT NULL AND m.revision <= $revision
WITH m.layer AS layer, m.measure AS measure, m.cellKey AS cellKey, m ORDER BY m.revision DESC
WITH layer, measure, cellKey, head(collect(m)) AS last
WHERE last.revision < $revision AND last.value IS NOT NULL
MATCH (c:Cell {dataset: $dataset, cellKey: cellKey})
MERGE (m:Measurement {dataset: $dataset, layer: layer, measure: measure, cellKey: cellKey, revision: $revision})
SET m.value = null, m.unit = last.unit, m.count = 0
MERGE (m)-[:OF]->(c)
RETURN count(*) AS ended
