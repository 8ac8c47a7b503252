// @name    upsertSynapseSites
// @summary Writes presynaptic or postsynaptic sites.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   type String  pre or post
// @param   labels List<String>  the data set's doubled label
// @param   rows List<{siteId Int64, location Point, bodyId Int64?, confidence Float, kind String, kindProbability Float,
//          excitatory Float?, inhibitory Float?, uncalibrated Boolean, sizeVoxels Int64?, roiInfo String, rois Map}>
//          location in voxels; bodyId null where no partner was found; rois: a true per ROI name,
//          and further properties
// @returns written Int64
UNWIND $rows AS row
MERGE (s:Synapse {dataset: $dataset, siteId: row.siteId, type: $type})
SET s += row.rois
SET s.location = row.location, s.bodyId = row.bodyId, s.confidence = row.confidence, s.kind = row.kind,
    s.kindProbability = row.kindProbability, s.ntExcitatoryProb = row.excitatory, s.ntInhibitoryProb = row.inhibitory,
    s.uncalibrated = row.uncalibrated, s.sizeVoxels = row.sizeVoxels, s.roiInfo = row.roiInfo, s.revision = $revision
SET s:$($labels)
RETURN count(*) AS written
