// @name    staleIfCode
// @summary What may be another if a code revision is not trusted any more, in what readers see: what its runs wrote, what holds
//          the pixels of that, and what was estimated from those, which a new computation may find unchanged.
// @mode    read
// @param   dataset String
// @param   codeRevision String  git commit
// @param   stage String?  only what this stage did with it
// @param   limit Int32  neurons and connections listed, each
// @returns runs Int64, artifacts List<{kind String, count Int64, certain Int64}>, synapses Int64, neurons Int64,
//          certainNeurons Int64, bodyIds List<Int64>, connections Int64, certainConnections Int64,
//          pairs List<{preBodyId Int64, postBodyId Int64, weight Int64}>
CALL {
  MATCH (r:Run {dataset: $dataset})
  WHERE r.runId IS NOT NULL AND r.codeRevision = $codeRevision AND ($stage IS NULL OR r.stage = $stage)
  RETURN collect(r) AS users
}
WITH users WHERE size(users) > 0
CALL (users) { UNWIND users AS r MATCH (r)-[:GENERATED]->(a:Artifact) RETURN collect(DISTINCT a) AS made }
WITH made, size(users) AS runs, any(r IN users WHERE r.stage = 'graph') AS connectionsToo
CALL (made) {
  UNWIND made AS m
  MATCH (m)<-[:PIXELS_FROM*0..]-(a:Artifact)
  RETURN collect(DISTINCT a) AS pixels
}
CALL (pixels) {
  UNWIND pixels AS a
  MATCH (a)<-[:PARAMETERS_FROM]-(b:Artifact) WHERE NOT b IN pixels
  WITH DISTINCT b
  MATCH (b)<-[:PIXELS_FROM|PARAMETERS_FROM*0..]-(c:Artifact)
  RETURN collect(DISTINCT c) AS estimated
}
OPTIONAL MATCH (h:Head {dataset: $dataset})
WITH runs, connectionsToo, pixels, estimated, coalesce(h.lineageRevision, h.revision, 0) AS shown
CALL (pixels, estimated, shown) {
  UNWIND pixels + estimated AS a
  WITH DISTINCT a, a IN pixels AS certain
  WHERE shown = 0 OR a.revision <= shown <= a.lastRevision
  RETURN collect({source: a, certain: certain}) AS touched
}
CALL (touched) {
  UNWIND touched AS t
  WITH t.source.kind AS kind, count(*) AS count, sum(CASE WHEN t.certain THEN 1 ELSE 0 END) AS certain ORDER BY kind
  RETURN collect({kind: kind, count: count, certain: certain}) AS artifacts
}
CALL (touched) {
  UNWIND touched AS t
  WITH t.source AS a, t.certain AS certain
  CALL (a) {
    MATCH (a)<-[:DERIVED_FROM]-(n:Neuron) RETURN n
    UNION
    MATCH (a)<-[:DERIVED_FROM]-(:Fragment)<-[:HasFragment]-(n:Neuron) RETURN n
  }
  WITH n, max(certain) AS certain ORDER BY n.bodyId
  RETURN count(n) AS neurons, sum(CASE WHEN certain THEN 1 ELSE 0 END) AS certainNeurons,
         collect(n.bodyId)[..$limit] AS bodyIds
}
CALL (touched) {
  UNWIND touched AS t
  WITH t.source AS a, t.certain AS certain
  MATCH (a)<-[:DERIVED_FROM]-(s:Synapse) WHERE s.type = 'post'
  WITH s, max(certain) AS certain
  RETURN count(s) AS synapses, collect({site: s, certain: certain}) AS sites
}
CALL (sites, connectionsToo) {
  CALL (sites, connectionsToo) {
    UNWIND sites AS entry
    WITH entry.site AS s, entry.certain AS certain
    MATCH (s)<-[:SynapsesTo]-(site:Synapse)
    MATCH (pre:Segment {dataset: $dataset, bodyId: site.bodyId})-[c:ConnectsTo]->
          (post:Segment {dataset: $dataset, bodyId: s.bodyId})
    RETURN pre, post, c, certain
    UNION ALL
    WITH connectionsToo WHERE connectionsToo
    MATCH (pre)-[c:ConnectsTo]->(post) WHERE c.dataset = $dataset AND c.weight >= 0
    RETURN pre, post, c, true AS certain
  }
  WITH pre, post, c, max(certain) AS certain ORDER BY c.weight DESC, pre.bodyId, post.bodyId
  RETURN count(c) AS connections, sum(CASE WHEN certain THEN 1 ELSE 0 END) AS certainConnections,
         collect({preBodyId: pre.bodyId, postBodyId: post.bodyId, weight: c.weight})[..$limit] AS pairs
}
RETURN runs, artifacts, size(sites) AS synapses, neurons, certainNeurons, bodyIds, connections, certainConnections, pairs
