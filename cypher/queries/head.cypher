// @name    head
// @summary The revision a dataset's readers see, and the epoch that changes with it.
// @mode    read
// @param   dataset String
// @returns revision Int64, epoch Int64
MATCH (h:Head {dataset: $dataset})
RETURN h.revision AS revision, h.epoch AS epoch
