export * from './capture.js';
export * from './record.js';
export * from './lineage-export.js';
export * from './equality.js';
