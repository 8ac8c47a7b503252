import { DatasetResolver } from './dataset.resolver.js';
import { NeuronResolver, PartnerResolver } from './neuron.resolver.js';
import { ProvenanceResolver } from './provenance.resolver.js';
import { QualityResolver } from './quality.resolver.js';
import { RunResolver } from './run.resolver.js';
import { SegmentResolver } from './segment.resolver.js';
import { SynapseResolver } from './synapse.resolver.js';

export const resolvers = [
  DatasetResolver,
  NeuronResolver,
  PartnerResolver,
  ProvenanceResolver,
  QualityResolver,
  RunResolver,
  SegmentResolver,
  SynapseResolver,
];
