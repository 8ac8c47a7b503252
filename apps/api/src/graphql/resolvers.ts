import { AnalysisResolver } from './analysis.resolver.js';
import { basisResolvers } from './basis/basis.resolver.js';
import { AnnotationResolver } from './annotation.resolver.js';
import { CircuitResolver } from './circuit.resolver.js';
import { CypherResolver } from './cypher.resolver.js';
import { DatasetResolver } from './dataset.resolver.js';
import { DiagnosisResolver } from './diagnosis.resolver.js';
import { HealthResolver } from './health.resolver.js';
import { LineageResolver } from './lineage.resolver.js';
import { NeuronResolver, PartnerResolver } from './neuron.resolver.js';
import { ProofreadingResolver } from './proofreading.resolver.js';
import { ProvenanceResolver } from './provenance.resolver.js';
import { QueryLibraryResolver } from './query-library.resolver.js';
import { QualityResolver, QualityValueResolver } from './quality.resolver.js';
import { ReportResolver } from './report.resolver.js';
import { ReprocessingResolver } from './reprocessing.resolver.js';
import { RevisionDiffResolver, RevisionResolver } from './revision.resolver.js';
import { RunResolver } from './run.resolver.js';
import { SegmentResolver } from './segment.resolver.js';
import { SynapseResolver } from './synapse.resolver.js';

export const resolvers = [
  AnalysisResolver,
  ...basisResolvers,
  AnnotationResolver,
  CircuitResolver,
  CypherResolver,
  DatasetResolver,
  DiagnosisResolver,
  HealthResolver,
  LineageResolver,
  NeuronResolver,
  PartnerResolver,
  ProofreadingResolver,
  ProvenanceResolver,
  QualityResolver,
  QualityValueResolver,
  ReportResolver,
  ReprocessingResolver,
  RevisionDiffResolver,
  RevisionResolver,
  QueryLibraryResolver,
  RunResolver,
  SegmentResolver,
  SynapseResolver,
];
