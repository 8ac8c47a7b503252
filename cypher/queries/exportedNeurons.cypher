// @name    exportedNeurons
// @summary A page of a dataset's neurons, and of the other segments that have connections, with all that a table of
//          neurons holds.
// @mode    read
// @param   dataset String
// @param   after Int64  the last id of the page before; -1 at the start
// @param   limit Int32
// @param   withFlags Boolean  whether to name the flags on the cells of its synapses
// @param   properties List<String>  further properties to give
// @mask
// @returns bodyId Int64, neuron Boolean, type String?, instance String?, status String?, class String?, size Int64,
//          pre Int64, post Int64, upstream Int64, downstream Int64, cableLengthUm Float?, somaLocation Point?,
//          somaRadius Float?, statusLabel String?, flags List<String>, qualityFlags List<String>, properties Map, roiInfo String
MATCH (n:Segment {dataset: $dataset})
WHERE n.bodyId > $after AND (n:Neuron OR EXISTS { (n)-[:ConnectsTo]-(:Segment) })
WITH n ORDER BY n.bodyId LIMIT $limit
CALL (n) {
  WITH n WHERE stratome.unmasked()
  RETURN n.pre AS pre, n.post AS post, n.upstream AS upstream, n.downstream AS downstream
  UNION ALL
  WITH n WHERE NOT stratome.unmasked()
  RETURN COUNT { MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(site:Synapse {type: 'pre'})
                 WHERE stratome.isCounted(site) RETURN DISTINCT site } AS pre,
         COUNT { MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(site:Synapse {type: 'post'})
                 WHERE stratome.isCounted(site) RETURN DISTINCT site } AS post,
         COUNT { MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(site:Synapse {type: 'post'})
                 WHERE stratome.isCounted(site) RETURN DISTINCT site } AS upstream,
         COUNT { MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(:Synapse {type: 'pre'})-[:SynapsesTo]->(site:Synapse)
                 WHERE stratome.isCounted(site) RETURN DISTINCT site } AS downstream
}
WITH *, CASE WHEN $withFlags THEN COLLECT {
  MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(site:Synapse)-[:IN_CELL]->(:Cell)<-[:ON]-(flag:Flag)
  WHERE stratome.isCounted(site) RETURN DISTINCT flag.flagId ORDER BY flag.flagId } ELSE [] END AS qualityFlags
RETURN n.bodyId AS bodyId, n:Neuron AS neuron, n.type AS type, n.instance AS instance, n.status AS status,
       n.class AS class, coalesce(n.size, 0) AS size, pre, post, upstream, downstream,
       n.cableLengthUm AS cableLengthUm, n.somaLocation AS somaLocation, toFloat(n.somaRadius) AS somaRadius,
       n.statusLabel AS statusLabel, coalesce(n.flags, []) AS flags, qualityFlags,
       apoc.map.fromPairs([name IN $properties | [name, n[name]]]) AS properties,
       CASE WHEN stratome.unmasked() THEN coalesce(n.roiInfo, '{}')
            ELSE apoc.convert.toJson(stratome.regionsOfNeuron(n)) END AS roiInfo
ORDER BY bodyId
