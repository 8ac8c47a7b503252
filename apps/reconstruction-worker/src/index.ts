export {
  estimateFrom,
  estimateReprocessing,
  haloGrownShare,
  type ReprocessingEstimate,
  type StageEstimate,
} from './reprocessing/estimate.js';
export {
  changesOf,
  executedShare,
  type Changes,
  type ReprocessingCost,
  type TaskCounts,
} from './reprocessing/outcome.js';
export {
  planReprocessing,
  snapToBlocks,
  stagesFrom,
  takingEffectIn,
  type Reprocessing,
  type ReprocessingRequest,
} from './reprocessing/request.js';
export { repositoryRoot } from './release.js';
export {
  addRegion,
  parametersIn,
  regionalNames,
  regionalStageOf,
  settingsOf,
  type RegionalParameters,
} from './regional-parameters.js';
export { parameterGroups } from './parameter-groups.js';
export {
  parseRunParameters,
  runParametersFrom,
  runParametersSchema,
  settingsFrom,
  type RunParameters,
} from './run-parameters.js';
export { reproduce, type StageReproduction } from './reproduction/reproduce.js';
export { relabel } from './stages/agglomerate.js';
export { beginDatasetRun, enqueueOpenStages, type RunRequest, type RunServers } from './runs/begin.js';
export {
  cellsOf,
  geometryOf,
  gridParameters,
  volumeOf,
  type Geometry,
  type GridParameters,
} from './stages/geometry.js';
export {
  annotationsWithoutPlace,
  type AnnotationWithoutPlace,
} from './reprocessing/annotations-without-place.js';
export { planCounterfactual } from './trial/counterfactual.js';
export { tryReprocessing, type Trial } from './trial/trial.js';
export type { TrialMeasurements } from './trial/measure-trial.js';
export { processors } from './stages/registry.js';
export { supervoxelBlocks } from './stages/supervoxels.js';
export { readLineage, type Lineage } from './stages/graph-lineage.js';
export type { StoredObject } from './stages/objects.js';
export { recordOf, type StoredSynapse } from './stages/stored-synapses.js';
export { verifyConnectivity, type ConnectivityVerification } from './verification/connectivity.js';
