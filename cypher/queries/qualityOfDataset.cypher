// @name    qualityOfDataset
// @summary The mean of every measure over the cells of a dataset, as it stood at a revision.
// @mode    read
// @param   dataset String
// @param   revision Int64  the last measurement at or before it counts
// @returns layer String, measure String, unit String, value Float, cells Int64
MATCH (m:Measurement {dataset: $dataset})
WHERE m.layer IS NOT NULL AND m.measure IS NOT NULL AND m.cellKey IS NOT NULL AND m.revision <= $revision
  AND m.cellKey STARTS WITH 'cell/'
WITH m.cellKey AS cellKey, m ORDER BY m.revision DESC
WITH cellKey, m.layer AS layer, m.measure AS measure, head(collect(m)) AS m
WHERE m.value IS NOT NULL
RETURN layer, measure, head(collect(m.unit)) AS unit, avg(toFloat(m.value)) AS value, count(m) AS cells
ORDER BY layer, measure
