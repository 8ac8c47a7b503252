// @name    importConnections
// @summary Writes connections of an imported graph, with what its tables tell of them.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   rows List<{preBodyId Int64, postBodyId Int64, weight Int64, weightHP Int64, weightHR Int64, excitatoryShare Float?,
//          meanConfidence Float?, roiInfo String, properties Map}>
// @returns written Int64
UNWIND $rows AS row
MATCH (a:Segment {dataset: $dataset, bodyId: row.preBodyId})
MATCH (b:Segment {dataset: $dataset, bodyId: row.postBodyId})
MERGE (a)-[c:ConnectsTo]->(b)
SET c += row.properties
SET c.dataset = $dataset, c.weight = row.weight, c.weightHP = row.weightHP, c.weightHR = row.weightHR,
    c.excitatoryShare = row.excitatoryShare, c.meanConfidence = row.meanConfidence, c.roiInfo = row.roiInfo,
    c.revision = $revision
RETURN count(*) AS written
