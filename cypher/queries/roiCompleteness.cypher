// @name    roiCompleteness
// @summary Synapses of each region of interest, and how many of them lie on neurons of given statuses.
// @mode    read
// @param   dataset String
// @param   rois List<String>  regions to list
// @param   statuses List<String>  statuses, or status labels, that count as complete
// @mask
// @returns roi String, pre Int64, post Int64, totalPre Int64, totalPost Int64
MATCH (n:Segment {dataset: $dataset})
WHERE n.bodyId >= 0 AND n.roiInfo <> '{}'
WITH coalesce(n:Neuron AND (n.status IN $statuses OR n.statusLabel IN $statuses), false) AS complete,
     stratome.regionsOfNeuron(n) AS info
UNWIND [name IN $rois WHERE info[name] IS NOT NULL] AS roi
WITH roi, complete, coalesce(info[roi].pre, 0) AS pre, coalesce(info[roi].post, 0) AS post
RETURN roi, sum(CASE WHEN complete THEN pre ELSE 0 END) AS pre, sum(CASE WHEN complete THEN post ELSE 0 END) AS post,
       sum(pre) AS totalPre, sum(post) AS totalPost
ORDER BY roi
