// @name    importConnections
// @summary Writes connections of an imported graph, of which no more is known than their synapses and regions.
// @mode    write
// @param   dataset String
// @param   revision Int64
// @param   rows List<{preBodyId Int64, postBodyId Int64, weight Int64, roiInfo String}>
// @returns written Int64
UNWIND $rows AS row
MATCH (a:Segment {dataset: $dataset, bodyId: row.preBodyId})
MATCH (b:Segment {dataset: $dataset, bodyId: row.postBodyId})
MERGE (a)-[c:ConnectsTo]->(b)
SET c.dataset = $dataset, c.weight = row.weight, c.weightHP = row.weight, c.weightHR = row.weight, c.roiInfo = row.roiInfo,
    c.revision = $revision
RETURN count(*) AS written
