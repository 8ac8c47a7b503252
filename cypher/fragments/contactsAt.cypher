// The contacts of a connection at a revision that a mask leaves. The connection is a map with preBodyId and postBodyId.
COLLECT {
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + connection.preBodyId + ':'
         + connection.postBodyId + ':post'})-[:Contains]->(now:Synapse)
  WHERE now.revision <= $revision AND stratome.isCountedAt(now)
  RETURN now AS contact
  UNION ALL
  MATCH (then:PastSynapse {dataset: $dataset, preBodyId: connection.preBodyId, bodyId: connection.postBodyId})
  WHERE then.fromRevision <= $revision AND then.toRevision > $revision AND stratome.isCountedAt(then)
  RETURN then AS contact
}
// @unmasked
[]
