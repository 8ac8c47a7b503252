// @name    contactsAround
// @summary Contacts with all that was written of them: those that are named, those that lead from named presynaptic
//          sites, and those of named sets. What an edit of synapses has to look at.
// @mode    read
// @param   dataset String
// @param   siteIds List<Int64>  postsynaptic sites
// @param   preSiteIds List<Int64>
// @param   setIds List<String>  datasetBodyIds of sets of postsynaptic sites
// @returns row Map
CALL {
  UNWIND $siteIds AS siteId
  MATCH (s:Synapse {dataset: $dataset, siteId: siteId, type: 'post'})
  RETURN s
  UNION
  UNWIND $preSiteIds AS siteId
  MATCH (:Synapse {dataset: $dataset, siteId: siteId, type: 'pre'})-[:SynapsesTo]->(s:Synapse)
  RETURN s
  UNION
  UNWIND $setIds AS setId
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: setId})-[:Contains]->(s:Synapse)
  RETURN s
}
OPTIONAL MATCH (s)<-[:SynapsesTo]-(pre:Synapse)
OPTIONAL MATCH (s)-[:DERIVED_FROM]->(a:Artifact)
OPTIONAL MATCH (s)-[:IN_CELL]->(c:Cell)
RETURN s{.*, sourceKind: a.kind, sourceKey: a.key, sourceHash: a.hash, cellKey: c.cellKey, preSiteId: pre.siteId,
         preLocation: pre.location, preBodyId: pre.bodyId} AS row
ORDER BY s.siteId
