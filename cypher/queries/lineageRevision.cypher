// @name    lineageRevision
// @summary The revision of the run whose artefacts hold in a revision: an edit or a rollback makes no artefacts of its own.
//          What was valid from Artifact.revision to Artifact.lastRevision is asked for by this number.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @returns lineageRevision Int64
OPTIONAL MATCH (r:Revision {dataset: $dataset, revision: $revision})
RETURN coalesce(r.lineageRevision, $revision) AS lineageRevision
