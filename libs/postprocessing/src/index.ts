export * from './parameters.js';
export * from './skeleton/formats.js';
export * from './skeleton/pooling.js';
export * from './skeleton/skeleton.js';
export * from './skeleton/teasar.js';
