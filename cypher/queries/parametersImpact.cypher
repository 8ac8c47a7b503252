// @name    parametersImpact
// @summary What runs with a parameter set wrote, and all that was computed from it, as far as it stands in what readers see.
// @mode    read
// @param   dataset String
// @param   parametersHash String
// @param   limit Int32  ids listed, the smallest first
// @returns artifacts List<{kind String, count Int64}>, synapses Int64, siteIds List<Int64>, segments Int64,
//          bodyIds List<Int64>
MATCH (u:ParameterSet {hash: $parametersHash})
OPTIONAL MATCH (h:Head {dataset: $dataset})
WITH u, coalesce(h.lineageRevision, h.revision, 0) AS shown
CALL (u, shown) {
  MATCH (u)<-[:USED]-(r:Run {dataset: $dataset})-[:GENERATED]->(made:Artifact)
  WITH DISTINCT made
  MATCH (made)<-[:PIXELS_FROM|PARAMETERS_FROM*0..]-(a:Artifact)
  WHERE shown = 0 OR a.revision <= shown <= a.lastRevision
  RETURN collect(DISTINCT a) AS touched
}
WITH touched
CALL (touched) {
  UNWIND touched AS a
  WITH a.kind AS kind, count(a) AS count ORDER BY kind
  RETURN collect({kind: kind, count: count}) AS artifacts
}
CALL (touched) {
  UNWIND touched AS a
  MATCH (a)<-[:DERIVED_FROM]-(s:Synapse)
  WHERE s.type = 'post'
  WITH DISTINCT s ORDER BY s.siteId
  RETURN count(s) AS synapses, collect(s.siteId)[..$limit] AS siteIds
}
CALL (touched) {
  UNWIND touched AS a
  CALL (a) {
    MATCH (a)<-[:DERIVED_FROM]-(n:Segment) RETURN n
    UNION
    MATCH (a)<-[:DERIVED_FROM]-(:Fragment)<-[:HasFragment]-(n:Segment) RETURN n
  }
  WITH DISTINCT n ORDER BY n.bodyId
  RETURN count(n) AS segments, collect(n.bodyId)[..$limit] AS bodyIds
}
RETURN artifacts, synapses, siteIds, segments, bodyIds
