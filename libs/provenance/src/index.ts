export * from './capture.js';
export * from './record.js';
