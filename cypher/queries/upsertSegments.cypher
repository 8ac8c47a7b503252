// @name    upsertSegments
// @summary Writes segments; those marked as neurons carry the label Neuron as well.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   labels List<String>  doubled labels: the data set's Segment, and Neuron when these are neurons
// @param   neuron Boolean  whether these rows are neurons
// @param   rows List<{bodyId Int64, class String, classProbability Float?, size Int64, pre Int64, post Int64,
//          upstream Int64, downstream Int64, synweight Int64, status String, statusLabel String, type String?,
//          instance String?, flags List<String>, boxBegin List<Int32>, boxEnd List<Int32>, somaLocation Point?,
//          somaRadius Float?, cableLengthUm Float?, skeletonNodes Int64?, skeletonBranches Int64?,
//          skeletonEnds Int64?, roiInfo String, rois Map}>  size in voxels; rois: a true per ROI name, and
//          further properties
// @returns written Int64
UNWIND $rows AS row
MERGE (n:Segment {dataset: $dataset, bodyId: row.bodyId})
SET n += row.rois
SET n.class = row.class, n.classProbability = row.classProbability, n.size = row.size, n.pre = row.pre,
    n.post = row.post, n.upstream = row.upstream, n.downstream = row.downstream, n.synweight = row.synweight,
    n.status = row.status, n.statusLabel = row.statusLabel, n.type = row.type, n.instance = row.instance,
    n.flags = row.flags, n.boxBegin = row.boxBegin, n.boxEnd = row.boxEnd, n.somaLocation = row.somaLocation,
    n.somaRadius = row.somaRadius, n.cableLengthUm = row.cableLengthUm, n.skeletonNodes = row.skeletonNodes,
    n.skeletonBranches = row.skeletonBranches, n.skeletonEnds = row.skeletonEnds, n.roiInfo = row.roiInfo,
    n.revision = $revision
SET n:$($labels)
FOREACH (x IN CASE WHEN $neuron THEN [] ELSE [1] END | REMOVE n:Neuron REMOVE n:$($dataset + '_Neuron'))
RETURN count(*) AS written
