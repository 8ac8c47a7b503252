export * from './annotation.js';
export * from './annotation-table.js';
export * from './cell-types.js';
export * from './places.js';
export * from './synapse-corrections.js';
