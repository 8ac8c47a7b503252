// The connections that leave a neuron at a revision and may count under a mask, as maps of what is stored, with both ends.
CALL (body) {
  MATCH (:Segment {dataset: $dataset, bodyId: body})-[now:ConnectsTo]->(other:Segment)
  WHERE now.revision <= $revision AND now.weight >= stratome.leastStored()
  RETURN {row: now, weight: now.weight, preBodyId: body, postBodyId: other.bodyId} AS link
  UNION ALL
  MATCH (then:PastConnection {dataset: $dataset, preBodyId: body})
  WHERE then.fromRevision <= $revision AND then.toRevision > $revision AND then.weight >= stratome.leastStored()
  RETURN {row: then, weight: then.weight, preBodyId: then.preBodyId, postBodyId: then.postBodyId} AS link
}
