// Whether a synaptic site lies in none of the cells that a mask leaves out.
(coalesce(size($maskedCells), 0) = 0 OR NOT EXISTS { (site)-[:IN_CELL]->(cell:Cell) WHERE cell.cellKey IN $maskedCells })
// @unmasked
true
