// @name    datasets
// @summary Every dataset with its Meta, by name.
// @mode    read
// @scan    Meta,Head one node a dataset each
// @returns dataset String, description String?, voxelSize List<Float>, voxelUnits String, shapeVoxels List<Int32>,
//          revision Int64, epoch Int64, uncalibrated Boolean, totalPreCount Int64, totalPostCount Int64,
//          lastDatabaseEdit String
MATCH (m:Meta)
MATCH (h:Head {dataset: m.dataset})
RETURN m.dataset AS dataset, m.description AS description, m.voxelSize AS voxelSize, m.voxelUnits AS voxelUnits,
       m.shapeVoxels AS shapeVoxels, h.revision AS revision, h.epoch AS epoch,
       coalesce(m.uncalibrated, false) AS uncalibrated, coalesce(m.totalPreCount, 0) AS totalPreCount,
       coalesce(m.totalPostCount, 0) AS totalPostCount, m.lastDatabaseEdit AS lastDatabaseEdit
ORDER BY dataset
