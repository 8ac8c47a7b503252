// @name    qualityMeasures
// @summary Which measures of which layers a dataset has.
// @mode    read
// @param   dataset String
// @returns layer String, measure String, unit String, cells Int64, sections Int64,
//          lastRevision Int64
OPTIONAL MATCH (h:Head {dataset: $dataset})
WITH coalesce(h.revision, 0) AS shown
MATCH (m:Measurement {dataset: $dataset})
WHERE (shown = 0 OR m.revision <= shown) AND m.layer IS NOT NULL AND m.measure IS NOT NULL AND m.cellKey IS NOT NULL AND m.revision IS NOT NULL
WITH m.layer AS layer, m.measure AS measure, m.cellKey AS cellKey, m ORDER BY m.revision DESC
WITH layer, measure, cellKey, head(collect(m)) AS m
WHERE m.value IS NOT NULL
RETURN layer, measure, head(collect(m.unit)) AS unit,
       sum(CASE WHEN cellKey STARTS WITH 'section/' THEN 0 ELSE 1 END) AS cells,
       sum(CASE WHEN cellKey STARTS WITH 'section/' THEN 1 ELSE 0 END) AS sections,
       max(m.revision) AS lastRevision
ORDER BY layer, measure
