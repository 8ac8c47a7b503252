export * from './array.js';
export * from './box.js';
export * from './errors.js';
export * from './grid.js';
export * from './hash.js';
export * from './ids.js';
export * from './measurement.js';
export * from './random.js';
