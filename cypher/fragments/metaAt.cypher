// What Meta said of the dataset at a revision.
head(COLLECT {
  MATCH (then:Past {dataset: $dataset, pastOf: 'meta', pastKey: ''})
  WHERE then.fromRevision <= $revision AND then.toRevision > $revision
  RETURN then AS said
  UNION ALL
  MATCH (now:Meta {dataset: $dataset})
  RETURN now AS said
})
