// @name    confidenceThresholds
// @summary The confidences from which synapses of a dataset count.
// @mode    read
// @param   dataset String
// @returns postHighAccuracy Float, postHP Float, preHP Float
MATCH (m:Meta {dataset: $dataset})
RETURN m.postHighAccuracyThreshold AS postHighAccuracy, m.postHPThreshold AS postHP, m.preHPThreshold AS preHP
