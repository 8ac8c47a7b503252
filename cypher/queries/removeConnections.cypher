// @name    removeConnections
// @summary Deletes connections between neurons, and keeps them as they were before the revision that does.
// @mode    write
// @param   dataset String
// @param   revision Int64  the one that deletes them
// @param   rows List<{preBodyId Int64, postBodyId Int64}>
// @returns written Int64
UNWIND $rows AS row
MATCH (a:Segment {dataset: $dataset, bodyId: row.preBodyId})
MATCH (b:Segment {dataset: $dataset, bodyId: row.postBodyId})
MATCH (a)-[c:ConnectsTo]->(b)
FOREACH (x IN CASE WHEN c.revision < $revision THEN [1] ELSE [] END |
  CREATE (:Past:PastConnection {dataset: $dataset, pastOf: 'connection', pastKey: a.bodyId + ':' + b.bodyId,
          fromRevision: c.revision, toRevision: $revision, preBodyId: a.bodyId, postBodyId: b.bodyId,
          weight: c.weight, weightHP: c.weightHP, weightHR: c.weightHR, roiInfo: c.roiInfo,
          excitatoryShare: c.excitatoryShare, meanConfidence: c.meanConfidence}))
DELETE c
RETURN count(*) AS written
