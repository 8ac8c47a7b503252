export * from './contracts.js';
export * from './enqueue.js';
export * from './stages.js';
export * from './tables.js';
export * from './settings.js';
