// @name    excitationInhibitionByRoi
// @summary Excitatory and inhibitory synapses in each region of interest, by what their presynaptic side releases.
// @mode    read
// @param   dataset String
// @param   rois List<String>
// @mask
// @returns roi String, excitatory Int64, inhibitory Int64, excitatoryShare Float
MATCH (s:Synapse {dataset: $dataset, type: 'post'})
WHERE s.siteId >= 0 AND stratome.isCounted(s)
UNWIND [name IN $rois WHERE s[name]] AS roi
WITH roi, sum(CASE WHEN s.kind = 'excitatory' THEN 1 ELSE 0 END) AS excitatory,
     sum(CASE WHEN s.kind = 'inhibitory' THEN 1 ELSE 0 END) AS inhibitory
WHERE excitatory + inhibitory > 0
RETURN roi, excitatory, inhibitory, toFloat(excitatory) / (excitatory + inhibitory) AS excitatoryShare
ORDER BY roi
