export * from './fault-place.js';
export * from './image-faults.js';
export * from './displacement-faults.js';
