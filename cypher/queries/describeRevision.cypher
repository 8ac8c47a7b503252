// @name    describeRevision
// @summary Says of a revision what made it, when and by whom; with setHead, in one transaction.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   commitId String  names the attempt that made it
// @param   kind String  run, reprocess, rollback, annotation or repair
// @param   author String
// @param   lineageRevision Int64  the revision of the run whose artefacts hold in it: its own, or that of an earlier run
// @param   restores Int64?  the revision that a rollback brings back
// @param   changesJson String  how many rows of each kind it added, changed and took away
// @returns written Int64
MATCH (r:Revision {dataset: $dataset, revision: $revision})
SET r.commitId = $commitId, r.kind = $kind, r.author = $author, r.restores = $restores, r.changesJson = $changesJson,
    r.lineageRevision = $lineageRevision
WITH r
MATCH (h:Head {dataset: $dataset, revision: $revision})
SET h.lineageRevision = $lineageRevision
RETURN count(*) AS written
