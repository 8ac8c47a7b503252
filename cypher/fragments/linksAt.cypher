// The connections of a dataset at a revision that may count under a mask, as maps of what is stored, with both ends.
CALL {
  MATCH (a)-[now:ConnectsTo]->(b)
  WHERE now.dataset = $dataset AND now.weight >= stratome.leastStored() AND now.revision <= $revision
  RETURN {row: now, weight: now.weight, preBodyId: a.bodyId, postBodyId: b.bodyId} AS link
  UNION ALL
  MATCH (then:PastConnection {dataset: $dataset})
  WHERE then.weight >= stratome.leastStored() AND then.fromRevision <= $revision AND then.toRevision > $revision
  RETURN {row: then, weight: then.weight, preBodyId: then.preBodyId, postBodyId: then.postBodyId} AS link
}
