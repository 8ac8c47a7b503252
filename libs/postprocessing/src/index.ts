export * from './composition.js';
export * from './measures.js';
export * from './rechecks.js';
export * from './refinement/flagObjects.js';
export * from './refinement/maskHashes.js';
export * from './refinement/objectTable.js';
export * from './parameters.js';
export * from './skeleton/formats.js';
export * from './skeleton/pooling.js';
export * from './skeleton/skeleton.js';
export * from './skeleton/teasar.js';
export * from './mesh/marchingCubes.js';
export * from './mesh/mesh.js';
export * from './mesh/simplify.js';
export * from './segments.js';
export * from './synapse/assignKinds.js';
export * from './synapse/connections.js';
export * from './synapse/edges.js';
export * from './synapse/matching.js';
export * from './synapse/mergeSynapses.js';
export * from './synapse/record.js';
export {
  synapseConfidence,
  synapsesOfBlock,
  synapseSource,
  type SynapseBlock,
  type SynapseEvidence,
} from './synapse/synapsesOfBlock.js';
