// @name    resultsOfModel
// @summary Every result that ever used a model, of past revisions too: the stage runs, what they wrote and all that was computed
//          from it, measurements and diagnoses, and the synapses, segments and connections that readers see.
// @mode    read
// @param   dataset String
// @param   modelHash String
// @param   limit Int32  names listed of each, the first in order
// @returns result String, kind String, revision Int64, lastRevision Int64, count Int64, names List<String>
MATCH (model:Model {hash: $modelHash})
CALL (model) {
  MATCH (model)<-[:USED]-(r:Run {dataset: $dataset})-[:GENERATED]->(a:Artifact)
  RETURN collect(DISTINCT a) AS made
}
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
CALL (pixels, estimated) { UNWIND pixels + estimated AS a RETURN collect(DISTINCT a) AS touched }
CALL (touched) {
  UNWIND touched AS a MATCH (a)<-[:GENERATED]-(r:Run) RETURN collect(DISTINCT r) AS runs
}
OPTIONAL MATCH (h:Head {dataset: $dataset})
WITH touched, runs, coalesce(h.revision, 0) AS shown
CALL (touched, runs, shown) {
  UNWIND runs AS r
  RETURN 'stage run' AS result, r.stage AS kind, r.revision AS revision, coalesce(r.lastRevision, r.revision) AS lastRevision,
         r.runId AS name
  UNION ALL
  UNWIND touched AS a
  RETURN 'artefact' AS result, a.kind AS kind, a.revision AS revision, a.lastRevision AS lastRevision,
         a.key + ' ' + a.hash AS name
  UNION ALL
  UNWIND runs AS r
  MATCH (r)-[:GENERATED]->(m:Measurement)
  RETURN 'measurement' AS result, m.layer + ' ' + m.measure AS kind, m.revision AS revision,
         coalesce(r.lastRevision, m.revision) AS lastRevision, m.cellKey AS name
  UNION ALL
  UNWIND runs AS r
  MATCH (r)-[:GENERATED]->(:Measurement)<-[:EVIDENCE]-(:Finding)<-[:STEP]-(d:Diagnosis)
  WITH DISTINCT d
  RETURN 'diagnosis' AS result, coalesce(d.verdict, '') AS kind, coalesce(d.revision, shown) AS revision,
         coalesce(d.revision, shown) AS lastRevision, d.diagnosisId AS name
  UNION ALL
  UNWIND touched AS a
  MATCH (a)<-[:DERIVED_FROM]-(s:Synapse)
  WITH DISTINCT s
  RETURN 'synapse' AS result, s.type AS kind, shown AS revision, shown AS lastRevision, toString(s.siteId) AS name
  UNION ALL
  UNWIND touched AS a
  CALL (a) {
    MATCH (a)<-[:DERIVED_FROM]-(n:Segment) RETURN n
    UNION
    MATCH (a)<-[:DERIVED_FROM]-(:Fragment)<-[:HasFragment]-(n:Segment) RETURN n
  }
  WITH DISTINCT n
  RETURN 'segment' AS result, CASE WHEN n:Neuron THEN 'neuron' ELSE n.class END AS kind, shown AS revision,
         shown AS lastRevision, toString(n.bodyId) AS name
  UNION ALL
  UNWIND touched AS a
  MATCH (a)<-[:DERIVED_FROM]-(s:Synapse)<-[:SynapsesTo]-(site:Synapse)
  WHERE s.type = 'post'
  MATCH (pre:Segment {dataset: $dataset, bodyId: site.bodyId})-[c:ConnectsTo]->
        (post:Segment {dataset: $dataset, bodyId: s.bodyId})
  WITH DISTINCT c, pre, post
  RETURN 'connection' AS result, 'ConnectsTo' AS kind, shown AS revision, shown AS lastRevision,
         toString(pre.bodyId) + ' ' + toString(post.bodyId) AS name
}
WITH result, kind, revision, lastRevision, name ORDER BY name
RETURN result, kind, revision, lastRevision, count(name) AS count, collect(name)[..$limit] AS names
ORDER BY result, kind, revision, lastRevision
