// @name    linkedRuns
// @summary The stage runs of a dataset whose inputs and outputs are in the graph, and the hash of those.
// @mode    read
// @param   dataset String
// @returns runId String, linksHash String
MATCH (r:Run {dataset: $dataset})
WHERE r.runId IS NOT NULL AND r.linksHash IS NOT NULL
RETURN r.runId AS runId, r.linksHash AS linksHash
