// @name    upsertTiles
// @summary Records the tiles a dataset was made from; a tile is the artefact at the end of every PIXELS_FROM chain.
// @mode    write
// @param   dataset String
// @param   revision Int64  one that the tiles are valid in
// @param   rows List<{tileId String, hash String, section Int32, row Int32, column Int32, path String,
//          heightPx Int32, widthPx Int32, stageYPx Float, stageXPx Float}>
// @returns written Int64
UNWIND $rows AS row
MERGE (t:Artifact {dataset: $dataset, kind: 'tile', key: row.tileId, hash: row.hash})
ON CREATE SET t.revision = $revision
SET t:Tile, t.lastRevision = $revision, t.layer = 'L1', t.section = row.section, t.row = row.row, t.column = row.column, t.path = row.path,
    t.heightPx = row.heightPx, t.widthPx = row.widthPx, t.stageYPx = row.stageYPx, t.stageXPx = row.stageXPx
RETURN count(*) AS written
