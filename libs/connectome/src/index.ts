export { defineQuery, t, type CypherType, type Point, type PropertyMap, type Query } from './cypherTypes.js';
export * from './graph.js';
export { deleteDataset, loadConnectome, loadDataset } from './load.js';
export * from './loadRevision.js';
export * from './migrations.js';
export * from './readOnly.js';
export * from './rows.js';
export * from './synapseTally.js';
export * as queries from './generated/queries.js';
