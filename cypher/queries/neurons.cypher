// @name    neurons
// @summary Neurons of a dataset in order of id, a page at a time. Under a mask pre and post are the sites with a partner
//          that are left; roiInfo is as stored.
// @mode    read
// @param   dataset String
// @param   class String?  only this class
// @param   type String?  only this cell type
// @param   roi String?  only those with synapses in this ROI
// @param   low Point?  with high: only those whose box meets the box from low to high
// @param   high Point?
// @param   minSynapses Int64  presynaptic and postsynaptic sites together
// @param   after Int64  the last id of the page before; -1 at the start
// @param   limit Int32
// @mask
// @returns bodyId Int64, class String, type String?, instance String?, status String, size Int64, pre Int64,
//          post Int64, upstream Int64, downstream Int64, synweight Int64, flags List<String>, somaLocation Point?,
//          cableLengthUm Float?, skeletonNodes Int64?, boxBegin List<Int32>, boxEnd List<Int32>, roiInfo String
MATCH (n:Neuron {dataset: $dataset})
WHERE n.bodyId > $after AND ($class IS NULL OR n.class = $class) AND ($type IS NULL OR n.type = $type)
  AND n.pre + n.post >= $minSynapses AND ($roi IS NULL OR n[$roi] = true)
  AND ($low IS NULL OR (n.boxBegin[0] < $high.z AND n.boxEnd[0] > $low.z AND n.boxBegin[1] < $high.y
    AND n.boxEnd[1] > $low.y AND n.boxBegin[2] < $high.x AND n.boxEnd[2] > $low.x))
WITH n,
     CASE WHEN stratome.unmasked() THEN n.pre ELSE COUNT {
       MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(site:Synapse {type: 'pre'})
       WHERE stratome.isCounted(site) RETURN DISTINCT site } END AS pre,
     CASE WHEN stratome.unmasked() THEN n.post ELSE COUNT {
       MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(site:Synapse {type: 'post'})
       WHERE stratome.isCounted(site) RETURN DISTINCT site } END AS post
WHERE pre + post >= $minSynapses
WITH n, pre, post ORDER BY n.bodyId LIMIT $limit
WITH n, pre, post, CASE WHEN stratome.unmasked() THEN n.upstream ELSE post END AS upstream,
     CASE WHEN stratome.unmasked() THEN n.downstream ELSE COUNT {
       MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(:Synapse {type: 'pre'})-[:SynapsesTo]->(site:Synapse)
       WHERE stratome.isCounted(site) RETURN DISTINCT site } END AS downstream
RETURN n.bodyId AS bodyId, n.class AS class, n.type AS type, n.instance AS instance, n.status AS status,
       n.size AS size, pre, post, upstream, downstream, upstream + downstream AS synweight, n.flags AS flags,
       n.somaLocation AS somaLocation, n.cableLengthUm AS cableLengthUm, n.skeletonNodes AS skeletonNodes,
       n.boxBegin AS boxBegin, n.boxEnd AS boxEnd, n.roiInfo AS roiInfo
ORDER BY bodyId
