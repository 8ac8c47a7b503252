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
RETURN m.layer AS layer, m.measure AS measure, head(collect(DISTINCT m.unit)) AS unit,
       count(DISTINCT CASE WHEN m.cellKey STARTS WITH 'section/' THEN null ELSE m.cellKey END) AS cells,
       count(DISTINCT CASE WHEN m.cellKey STARTS WITH 'section/' THEN m.cellKey END) AS sections,
       max(m.revision) AS lastRevision
ORDER BY layer, measure
