export { repositoryRoot } from './release.js';
export {
  parseRunParameters,
  runParametersFrom,
  runParametersSchema,
  type RunParameters,
} from './run-parameters.js';
export { reproduce, type StageReproduction } from './reproduction/reproduce.js';
export { relabel } from './stages/agglomerate.js';
export {
  cellsOf,
  geometryOf,
  gridParameters,
  volumeOf,
  type Geometry,
  type GridParameters,
} from './stages/geometry.js';
export { readLineage, type Lineage } from './stages/graph-lineage.js';
export type { StoredObject } from './stages/objects.js';
export { recordOf, type StoredSynapse } from './stages/stored-synapses.js';
