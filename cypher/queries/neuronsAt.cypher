// @name    neuronsAt
// @summary Neurons of a dataset as they were at a revision, in order of id, a page at a time.
// @mode    read
// @param   dataset String
// @param   revision Int64
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
CALL {
  MATCH (n:Neuron {dataset: $dataset})
  WHERE n.bodyId > $after AND n.revision <= $revision
  RETURN n
  UNION ALL
  MATCH (n:PastSegment {dataset: $dataset})
  WHERE n.bodyId > $after AND n.neuron AND n.fromRevision <= $revision AND n.toRevision > $revision
  RETURN n
}
WITH n
WHERE ($type IS NULL OR n.type = $type) AND n.pre + n.post >= $minSynapses AND ($roi IS NULL OR n[$roi] = true)
  AND ($low IS NULL OR (n.boxBegin[0] < $high.z AND n.boxEnd[0] > $low.z AND n.boxBegin[1] < $high.y
    AND n.boxEnd[1] > $low.y AND n.boxBegin[2] < $high.x AND n.boxEnd[2] > $low.x))
// In order of id first, so that a page is recounted and not the dataset.
WITH n, n.bodyId AS body ORDER BY body
WITH n, body, CASE WHEN stratome.unmasked() THEN [] ELSE stratome.sitesLeftAt(body) END AS sites
WITH n, body, CASE WHEN stratome.unmasked() THEN n {.pre, .post, .upstream, .downstream}
            ELSE {pre: size([s IN sites WHERE s.side = 'pre']), post: size([s IN sites WHERE s.side = 'in']),
                  upstream: size([s IN sites WHERE s.side = 'in']), downstream: size([s IN sites WHERE s.side = 'out'])}
       END AS counted
WHERE counted.pre + counted.post >= $minSynapses
RETURN body AS bodyId, n.class AS class, n.type AS type, n.instance AS instance, n.status AS status,
       n.size AS size, counted.pre AS pre, counted.post AS post, counted.upstream AS upstream,
       counted.downstream AS downstream, counted.upstream + counted.downstream AS synweight, n.flags AS flags,
       n.somaLocation AS somaLocation, n.cableLengthUm AS cableLengthUm, n.skeletonNodes AS skeletonNodes,
       n.boxBegin AS boxBegin, n.boxEnd AS boxEnd, n.roiInfo AS roiInfo
ORDER BY bodyId LIMIT $limit
