// @name    hubsAt
// @summary Neurons with the most partners at a revision, over connections of a minimum weight, both directions counted.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   minWeight Int64
// @param   limit Int32
// @mask
// @returns bodyId Int64, type String?, inputs Int64, outputs Int64, partners Int64
stratome.linksAt()
WITH link WHERE stratome.weightAt(link) >= $minWeight
UNWIND [[link.preBodyId, 0, 1], [link.postBodyId, 1, 0]] AS end
WITH end[0] AS bodyId, sum(end[1]) AS inputs, sum(end[2]) AS outputs
WITH bodyId, inputs, outputs, inputs + outputs AS partners ORDER BY partners DESC, bodyId LIMIT $limit
OPTIONAL MATCH (p:Segment {dataset: $dataset, bodyId: bodyId}) WHERE p.revision <= $revision
OPTIONAL MATCH (q:PastSegment {dataset: $dataset, bodyId: bodyId})
WHERE q.fromRevision <= $revision AND q.toRevision > $revision
RETURN bodyId, coalesce(p.type, q.type) AS type, inputs, outputs, partners ORDER BY partners DESC, bodyId
