// @name    exportedConnections
// @summary The connections of a page of presynaptic neurons, with their confidence, for a table of connections.
// @mode    read
// @param   dataset String
// @param   after Int64  presynaptic neurons above this id
// @param   upTo Int64  and up to this one
// @param   minWeight Int64  synapses a connection must have
// @param   withFlags Boolean  whether to name the flags on the cells of its synapses
// @param   properties List<String>  further properties to give
// @mask
// @returns preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64?, weightHR Int64?, excitatoryShare Float?,
//          meanConfidence Float?, qualityFlags List<String>, properties Map, roiInfo String
MATCH (a:Segment {dataset: $dataset})-[c:ConnectsTo]->(b:Segment)
WHERE a.bodyId > $after AND a.bodyId <= $upTo AND c.weight >= stratome.leastStored()
WITH a.bodyId AS preBodyId, b.bodyId AS postBodyId, b, c, stratome.weightUnderMask(c) AS weight
WHERE weight >= $minWeight
stratome.countsUnderMask(c)
WITH *, CASE WHEN $withFlags THEN COLLECT {
  MATCH (:SynapseSet {dataset: $dataset, datasetBodyIds: $dataset + ':' + preBodyId + ':' + postBodyId + ':post'})
        -[:Contains]->(site:Synapse)-[:IN_CELL]->(:Cell)<-[:ON]-(flag:Flag)
  WHERE stratome.isCounted(site)
  RETURN DISTINCT flag.flagId ORDER BY flag.flagId } ELSE [] END AS qualityFlags
// Regions are counted anew among those of the postsynaptic neuron.
WITH *, CASE WHEN stratome.unmasked() THEN [] ELSE stratome.sitesUnderMask(c) END AS sites
RETURN preBodyId, postBodyId, weight, weightHP, weightHR, excitatoryShare, meanConfidence, qualityFlags,
       apoc.map.fromPairs([name IN $properties | [name, c[name]]]) AS properties,
       CASE WHEN stratome.unmasked() THEN coalesce(c.roiInfo, '{}') ELSE apoc.convert.toJson(apoc.map.fromPairs(
         [roi IN keys(apoc.convert.fromJsonMap(coalesce(b.roiInfo, '{}'))) WHERE any(site IN sites WHERE site[roi]) |
          [roi, {post: size([site IN sites WHERE site[roi]])}]])) END AS roiInfo
ORDER BY preBodyId, postBodyId
