// @name    cellAt
// @summary The quality cell that holds a voxel; none outside the volume.
// @mode    read
// @param   dataset String
// @param   centre Point  the voxel
// @returns cellKey String
MATCH (c:Cell {dataset: $dataset})
WHERE c.cellKey IS NOT NULL AND c.grid = 'cell'
  AND c.boxBegin[0] <= $centre.z AND c.boxEnd[0] > $centre.z
  AND c.boxBegin[1] <= $centre.y AND c.boxEnd[1] > $centre.y
  AND c.boxBegin[2] <= $centre.x AND c.boxEnd[2] > $centre.x
RETURN c.cellKey AS cellKey LIMIT 1
