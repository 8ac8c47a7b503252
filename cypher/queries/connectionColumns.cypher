// @name    connectionColumns
// @summary A page of a dataset's connections for a projection, one list a column, by presynaptic neuron.
// @mode    read
// @param   dataset String
// @param   minWeight Int64
// @param   after Int64  presynaptic neurons above this id
// @param   neurons Int32  presynaptic neurons of a page
// @returns preBodyIds List<Int64>, postBodyIds List<Int64>, weights List<Int64>, excitatoryShares List<Float>,
//          last Int64?
MATCH (a:Segment {dataset: $dataset})
WHERE a.bodyId > $after
WITH a ORDER BY a.bodyId LIMIT $neurons
OPTIONAL MATCH (a)-[c:ConnectsTo]->(b:Segment)
WHERE c.weight >= $minWeight
WITH a.bodyId AS pre, b.bodyId AS post, c.weight AS weight, c.excitatoryShare AS share ORDER BY pre, post
RETURN collect(CASE WHEN post IS NULL THEN null ELSE pre END) AS preBodyIds, collect(post) AS postBodyIds,
       collect(weight) AS weights,
       // -1 where it is not known
       collect(CASE WHEN post IS NULL THEN null ELSE coalesce(share, -1.0) END) AS excitatoryShares, max(pre) AS last
