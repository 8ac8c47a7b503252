// @name    exportedConnections
// @summary The connections of a page of presynaptic neurons, with their confidence, for a table of connections.
// @mode    read
// @param   dataset String
// @param   after Int64  presynaptic neurons above this id
// @param   upTo Int64  and up to this one
// @param   minWeight Int64  synapses a connection must have
// @param   withFlags Boolean  whether to name the flags on the cells of its synapses
// @mask
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64?, weightHR Int64?, excitatoryShare Float?,
//          meanConfidence Float?, qualityFlags List<String>, roiInfo String
MATCH (a:Segment {dataset: $dataset})-[c:ConnectsTo]->(b:Segment)
WHERE a.bodyId > $after AND a.bodyId <= $upTo AND c.weight >= stratome.leastStored()
WITH a.bodyId AS preBodyId, b.bodyId AS postBodyId, c, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
stratome.countsUnderMask(c)
WITH *, CASE WHEN $withFlags THEN COLLECT {
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + preBodyId + ':' + postBodyId + ':post'})
        -[:Contains]->(site:Synapse)-[:IN_CELL]->(:Cell)<-[:ON]-(flag:Flag)
  WHERE stratome.isCounted(site)
  RETURN DISTINCT flag.flagId ORDER BY flag.flagId } ELSE [] END AS qualityFlags
WITH *, coalesce(c.roiInfo, '{}') AS stored
// Regions are counted anew among those that the connection is stored with.
WITH *, CASE WHEN stratome.unmasked() OR stored = '{}' THEN null ELSE COLLECT {
  MATCH (ofDataset:Meta {dataset: $dataset})
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + preBodyId + ':' + postBodyId + ':post'})
        -[:Contains]->(site:Synapse)
  WHERE site.confidence >= coalesce($minConfidence, ofDataset.postHighAccuracyThreshold) AND stratome.outsideMask(site)
  RETURN site } END AS sites
RETURN preBodyId, postBodyId, weight, weightHP, weightHR, excitatoryShare, meanConfidence, qualityFlags,
       CASE WHEN sites IS NULL THEN stored ELSE apoc.convert.toJson(apoc.map.fromPairs(
         [roi IN keys(apoc.convert.fromJsonMap(stored)) WHERE any(site IN sites WHERE site[roi]) |
          [roi, {post: size([site IN sites WHERE site[roi]])}]])) END AS roiInfo
ORDER BY preBodyId, postBodyId
