// @name    roiMatrix
// @summary How strongly regions of interest feed each other through neurons: each neuron's outputs in a region,
//          shared out over the regions of its inputs (neuPrint's ROI connectivity).
// @mode    read
// @param   dataset String
// @param   rois List<String>  regions that do not overlap
// @mask
// @returns fromRoi String, toRoi String, neurons Int64, weight Float
MATCH (n:Neuron {dataset: $dataset})
WHERE n.bodyId >= 0 AND n.roiInfo <> '{}'
WITH stratome.regionsOfNeuron(n) AS info
WITH info, [name IN $rois WHERE info[name].post > 0] AS inputs, [name IN $rois WHERE info[name].pre > 0] AS outputs
WITH info, inputs, outputs, reduce(sum = 0.0, name IN inputs | sum + info[name].post) AS allInputs
UNWIND inputs AS fromRoi
UNWIND outputs AS toRoi
RETURN fromRoi, toRoi, count(*) AS neurons, sum(info[toRoi].pre * info[fromRoi].post / allInputs) AS weight
ORDER BY fromRoi, toRoi
