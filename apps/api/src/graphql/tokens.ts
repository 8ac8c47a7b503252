/** What the modules are given at start. */
export const graphToken = Symbol('graph');
export const databaseToken = Symbol('operations database');
export const queueMonitorToken = Symbol('queue monitor');
export const storeToken = Symbol('object store');
export const runOfficeToken = Symbol('run office');
export const scoreMatrixToken = Symbol('score matrix of NBLAST');
export const modelFolderToken = Symbol('folder of models');
