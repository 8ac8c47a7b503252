export * from './annotate/annotate.js';
export * from './annotate/write-flags.js';
export * from './commit-revision.js';
export * from './difference.js';
export * from './history.js';
export * from './reconcile.js';
export * from './rollback.js';
export * from './volume-difference.js';
