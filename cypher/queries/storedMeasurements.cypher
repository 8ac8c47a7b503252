// @name    storedMeasurements
// @summary Every measure of every cell as it stood before a revision, and whether the revision has one already: what a load
//          of the revision is compared with.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @returns layer String, measure String, cellKey String, unit String, value Float?, count Int64?, isThere Boolean
MATCH (m:Measurement {dataset: $dataset})
WHERE m.layer IS NOT NULL AND m.measure IS NOT NULL AND m.cellKey IS NOT NULL AND m.revision <= $revision
WITH m.layer AS layer, m.measure AS measure, m.cellKey AS cellKey, m ORDER BY m.revision DESC
WITH layer, measure, cellKey, collect(m) AS each
WITH layer, measure, cellKey, head(each) AS last, head([m IN each WHERE m.revision < $revision]) AS before
WHERE before.value IS NOT NULL OR last.revision = $revision
RETURN layer, measure, cellKey, last.unit AS unit, toFloat(before.value) AS value, before.count AS count,
       last.revision = $revision AS isThere
