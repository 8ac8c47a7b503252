// @name    neuprintDatasets
// @summary What neuPrint's clients are told of every dataset before they ask it anything.
// @mode    read
// @scan    Meta,Head one node a dataset each
// @returns dataset String, description String?, uuid String?, tag String?, lastDatabaseEdit String,
//          primaryRois List<String>, superLevelRois List<String>, rois List<String>, revision Int64,
//          uncalibrated Boolean
MATCH (m:Meta)
MATCH (h:Head {dataset: m.dataset})
RETURN m.dataset AS dataset, m.description AS description, m.uuid AS uuid, m.tag AS tag,
       m.lastDatabaseEdit AS lastDatabaseEdit, coalesce(m.primaryRois, []) AS primaryRois,
       coalesce(m.superLevelRois, []) AS superLevelRois,
       coalesce(keys(apoc.convert.fromJsonMap(m.roiInfo)), []) AS rois, h.revision AS revision,
       coalesce(m.uncalibrated, false) AS uncalibrated
ORDER BY dataset
