export * from './annotation-table.js';
export * from './annotation.js';
export * from './cell-types.js';
export * from './places.js';
export * from './proofreading/contactVoxel.js';
export * from './proofreading/decisions.js';
export * from './proofreading/queue.js';
export * from './synapse-corrections.js';
