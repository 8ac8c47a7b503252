// @name    lineageOfBox
// @summary The stage runs behind the synapses and fragments of the cells whose centre lies in a box, with the six fields
//          of each: two boxes with different rows were not made alike.
// @mode    read
// @param   dataset String
// @param   low Point  voxels
// @param   high Point  voxels
// @returns stage String, layer String, runId String, inputHash String, codeRevision String, codeDirty Boolean,
//          modelHash String, parametersHash String, environmentHash String, outputHash String
MATCH (c:Cell {dataset: $dataset})
WHERE c.cellKey IS NOT NULL AND point.withinBBox(c.centre, $low, $high)
MATCH (c)<-[:IN_CELL]-()-[:DERIVED_FROM]->(source:Artifact)
WITH DISTINCT source
MATCH (source)-[:PIXELS_FROM|PARAMETERS_FROM*0..]->(a:Artifact)
WITH DISTINCT a
MATCH (a)<-[:GENERATED]-(r:Run)
RETURN DISTINCT r.stage AS stage, r.layer AS layer, r.runId AS runId, r.inputHash AS inputHash,
       r.codeRevision AS codeRevision, r.codeDirty AS codeDirty, r.modelHash AS modelHash,
       r.parametersHash AS parametersHash, r.environmentHash AS environmentHash, r.outputHash AS outputHash
ORDER BY stage, runId
