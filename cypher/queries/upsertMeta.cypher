// @name    upsertMeta
// @summary Records a dataset and what neuPrint clients ask of it; creates its Head at revision 0 when it is new.
// @mode    write
// @param   dataset String
// @param   properties Map  neuPrint's Meta fields that are set as given (JSON ones as text)
// @param   voxelSize List<Float>  nm along x, y, z (neuPrint's order)
// @param   shapeVoxels List<Int32>  voxels along z, y, x
// @param   editedAt String  ISO time of the edit this write belongs to
// @returns revision Int64
MERGE (m:Meta {dataset: $dataset})
SET m += $properties, m.voxelSize = $voxelSize, m.voxelUnits = 'nanometers', m.shapeVoxels = $shapeVoxels,
    m.lastDatabaseEdit = $editedAt
SET m:$($dataset + '_Meta')
MERGE (h:Head {dataset: $dataset})
ON CREATE SET h.revision = 0, h.epoch = 0
MERGE (r:Revision {dataset: $dataset, revision: 0})
RETURN h.revision AS revision
