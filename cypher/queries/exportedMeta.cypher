// @name    exportedMeta
// @summary What an export says of a dataset as a whole, and which further properties its import found.
// @mode    read
// @param   dataset String
// @returns tag String?, uuid String?, voxelSize List<Float>, primaryRois List<String>, roiHierarchy String?,
//          postHighAccuracyThreshold Float, postHPThreshold Float, preHPThreshold Float, importedProperties String?
MATCH (m:Meta {dataset: $dataset})
RETURN m.tag AS tag, m.uuid AS uuid, m.voxelSize AS voxelSize, coalesce(m.primaryRois, []) AS primaryRois,
       m.roiHierarchy AS roiHierarchy, toFloat(coalesce(m.postHighAccuracyThreshold, 0)) AS postHighAccuracyThreshold,
       toFloat(coalesce(m.postHPThreshold, 0)) AS postHPThreshold, toFloat(coalesce(m.preHPThreshold, 0)) AS preHPThreshold,
       m.importedProperties AS importedProperties
