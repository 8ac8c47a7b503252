/**
 * Properties a neuron may have, with neuPrint's names of types. Clients ask Meta for them instead of reading every
 * neuron; regions of interest, a boolean each, are not listed.
 */
export const neuronProperties = {
  bodyId: 'int',
  cableLengthUm: 'float',
  class: 'string',
  classProbability: 'float',
  downstream: 'int',
  flags: 'list',
  instance: 'string',
  post: 'int',
  pre: 'int',
  revision: 'int',
  roiInfo: 'json',
  size: 'int',
  skeletonBranches: 'int',
  skeletonEnds: 'int',
  skeletonNodes: 'int',
  somaLocation: 'point',
  somaRadius: 'float',
  status: 'string',
  statusLabel: 'string',
  synweight: 'int',
  type: 'string',
  upstream: 'int',
} as const;

/** Properties of a synapse that say what it releases. */
export const ntSynapseProperties = { ntExcitatoryProb: 'float', ntInhibitoryProb: 'float' } as const;
