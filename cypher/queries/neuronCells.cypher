// @name    neuronCells
// @summary The quality cells that each given segment rests on, with the synapses and fragments it has there; where it has none,
//          those whose centre lies in its bounding box.
// @mode    read
// @param   dataset String
// @param   bodyIds List<Int64>
// @returns bodyId Int64, cellKey String, sites Int64
UNWIND $bodyIds AS bodyId
MATCH (n:Segment {dataset: $dataset, bodyId: bodyId})
CALL (n) {
  MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse)-[:IN_CELL]->(c:Cell)
  RETURN c, count(DISTINCT s) AS sites
  UNION ALL
  MATCH (n)-[:HasFragment]->(f:Fragment)-[:IN_CELL]->(c:Cell)
  RETURN c, count(DISTINCT f) AS sites
  UNION ALL
  WITH n WHERE NOT EXISTS { MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(:Synapse)-[:IN_CELL]->(:Cell) }
  MATCH (c:Cell {dataset: $dataset})
  WHERE point.withinBBox(c.centre, point({x: n.boxBegin[2], y: n.boxBegin[1], z: n.boxBegin[0], srid: 9157}),
                         point({x: n.boxEnd[2], y: n.boxEnd[1], z: n.boxEnd[0], srid: 9157}))
    AND c.grid = 'cell'
  RETURN c, 1 AS sites
}
RETURN bodyId, c.cellKey AS cellKey, sum(sites) AS sites
ORDER BY bodyId, cellKey
