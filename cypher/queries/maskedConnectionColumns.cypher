// @name    maskedConnectionColumns
// @summary As connectionColumns, with weights recounted from synapses of a minimum confidence that lie in none of some
//          cells: a projection under a quality mask.
// @mode    read
// @param   dataset String
// @param   minWeight Int64
// @mask
// @param   after Int64  presynaptic neurons above this id
// @param   neurons Int32  presynaptic neurons of a page
// @returns preBodyIds List<Int64>, postBodyIds List<Int64>, weights List<Int64>, excitatoryShares List<Float>,
//          last Int64?
MATCH (a:Segment {dataset: $dataset})
WHERE a.bodyId > $after
WITH a ORDER BY a.bodyId LIMIT $neurons
MATCH (ofDataset:Meta {dataset: $dataset})
OPTIONAL MATCH (a)-[:Contains]->(:SynapseSet)-[:ConnectsTo]->(in:SynapseSet)<-[:Contains]-(b:Segment)
CALL (in, ofDataset) {
  OPTIONAL MATCH (in)-[:Contains]->(s:Synapse)
  WHERE s.confidence >= coalesce($minConfidence, ofDataset.postHighAccuracyThreshold) AND stratome.outsideMask(s)
  RETURN count(s) AS weight, sum(CASE WHEN s.kind = 'excitatory' THEN 1.0 ELSE 0.0 END) AS exciting
}
WITH a.bodyId AS pre, CASE WHEN weight > 0 AND weight >= $minWeight THEN b.bodyId END AS post, weight, exciting
ORDER BY pre, post
RETURN collect(CASE WHEN post IS NULL THEN null ELSE pre END) AS preBodyIds, collect(post) AS postBodyIds,
       collect(CASE WHEN post IS NULL THEN null ELSE weight END) AS weights,
       collect(CASE WHEN post IS NULL THEN null ELSE exciting / weight END) AS excitatoryShares, max(pre) AS last
