export * from './analyses.js';
export * from './annotations.js';
export * from './artifacts.js';
export * from './database.js';
export * from './datasets.js';
export * from './entities/annotation.js';
export * from './entities/analysis.js';
export * from './entities/artifact.js';
export * from './entities/dataset.js';
export * from './entities/revision.js';
export * from './entities/run-stage.js';
export * from './entities/run.js';
export * from './entities/stage-run.js';
export * from './entities/task.js';
export * from './governed-rows.js';
export {
  artifactChanges,
  changedArtifacts,
  completeRevision,
  dropIntent,
  dropLeftRun,
  intend,
  intendedRevision,
  listRevisions,
  moveOnLeftRun,
  requireRevision,
  type ArtifactChange,
  type IntendedRevision,
} from './revisions.js';
export { holdRun, othersWork, releaseRun, requireHeld } from './run-holds.js';
export * from './runs.js';
export * from './stage-runs.js';
export * from './surroundings.js';
export { inTurn } from './turns.js';
export * from './tasks.js';
export { asOnlyWriter, refuseWhileRunWrites } from './writing.js';
