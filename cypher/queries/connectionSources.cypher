// @name    connectionSources
// @summary For each given connection the artefacts that its synapses were read from, with the stage runs that made them.
// @mode    read
// @param   dataset String
// @param   pairs List<{preBodyId Int64, postBodyId Int64}>
// @returns preBodyId Int64, postBodyId Int64, kind String, key String, hash String, lastRevision Int64, runIds List<String>
UNWIND $pairs AS pair
MATCH (set:SynapseSet {dataset: $dataset,
       datasetBodyIds: $dataset + ':' + pair.preBodyId + ':' + pair.postBodyId + ':post'})
MATCH (set)-[:Contains]->(:Synapse)-[:DERIVED_FROM]->(a:Artifact)
WITH DISTINCT pair, a
RETURN pair.preBodyId AS preBodyId, pair.postBodyId AS postBodyId, a.kind AS kind, a.key AS key, a.hash AS hash,
       a.lastRevision AS lastRevision,
       COLLECT { MATCH (a)<-[:GENERATED]-(r:Run) RETURN r.runId ORDER BY r.runId } AS runIds
ORDER BY preBodyId, postBodyId, kind, key
