// Whether a synaptic site lies in none of the cells that a mask leaves out.
NOT EXISTS { (site)-[:IN_CELL]->(cell:Cell) WHERE cell.cellKey IN $maskedCells }
