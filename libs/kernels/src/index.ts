export * from './heap.js';
export * from './labelComponents.js';
export * from './labelPairs.js';
export * from './unionFind.js';
export * from './distance.js';
export * from './dijkstra.js';
