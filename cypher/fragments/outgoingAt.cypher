// The neurons that a neuron synapsed onto at a revision, with the weights: a list of [id, weight].
COLLECT {
  MATCH (:Segment {dataset: $dataset, bodyId: body})-[now:ConnectsTo]->(other:Segment)
  WHERE now.revision <= $revision AND now.weight >= $minWeight
  RETURN [other.bodyId, now.weight] AS step
  UNION ALL
  MATCH (then:PastConnection {dataset: $dataset, preBodyId: body})
  WHERE then.fromRevision <= $revision AND then.toRevision > $revision AND then.weight >= $minWeight
  RETURN [then.postBodyId, then.weight] AS step
}
