// @name    synapseSources
// @summary For each given postsynaptic site the artefact that it was read from, with the stage runs that made it.
// @mode    read
// @param   dataset String
// @param   siteIds List<Int64>
// @returns siteId Int64, kind String, key String, hash String, lastRevision Int64, runIds List<String>
UNWIND $siteIds AS siteId
MATCH (s:Synapse {dataset: $dataset, siteId: siteId, type: 'post'})-[:DERIVED_FROM]->(a:Artifact)
RETURN siteId, a.kind AS kind, a.key AS key, a.hash AS hash, a.lastRevision AS lastRevision,
       COLLECT { MATCH (a)<-[:GENERATED]-(r:Run) RETURN r.runId ORDER BY r.runId } AS runIds
ORDER BY siteId
