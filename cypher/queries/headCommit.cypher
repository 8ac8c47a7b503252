// @name    headCommit
// @summary The revision a dataset's readers see, with what names the attempt that made it.
// @mode    read
// @param   dataset String
// @returns revision Int64, epoch Int64, commitId String?
MATCH (h:Head {dataset: $dataset})
OPTIONAL MATCH (r:Revision {dataset: $dataset, revision: h.revision})
RETURN h.revision AS revision, h.epoch AS epoch, r.commitId AS commitId
