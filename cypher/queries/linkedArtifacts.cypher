// @name    linkedArtifacts
// @summary The artefacts of a dataset whose sources are in the graph, and the hash of those.
// @mode    read
// @param   dataset String
// @returns kind String, key String, hash String, sourcesHash String
MATCH (a:Artifact {dataset: $dataset})
WHERE a.kind IS NOT NULL AND a.key IS NOT NULL AND a.hash IS NOT NULL AND a.sourcesHash IS NOT NULL
RETURN a.kind AS kind, a.key AS key, a.hash AS hash, a.sourcesHash AS sourcesHash
