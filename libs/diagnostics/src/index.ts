export * from './cells.js';
export * from './combine.js';
export * from './connectivity.js';
export * from './measures.js';
