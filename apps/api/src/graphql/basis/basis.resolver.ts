import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Basis, ConnectionUncertainty } from '../types/basis.js';
import { CypherResult } from '../types/cypher.js';
import { Dataset } from '../types/dataset.js';
import { Motifs } from '../types/motif.js';
import { Neuron, NeuronConnection, NeuronPage, Partner, SegmentAtPoint } from '../types/neuron.js';
import { QualityField } from '../types/quality.js';
import { Synapse, SynapsePage } from '../types/synapse.js';
import { BasisReader } from './basis-loaders.js';

/** Several statements, shared by all answers of a request. */
const complexity = 30;
const description = 'On what it rests: revision, staleness, flags, and quality of its cells.';
const ofAll = { complexity: 200, description: 'On what answers of the dataset rest, taken over all of it.' };
/** Asked for once a page, but counted once a row of it. */
const ofPage = { ...ofAll, complexity: 1 };
const howSure = { complexity, nullable: true, description: 'How sure its number of synapses is.' };

@Resolver(() => Neuron)
export class NeuronBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, { complexity, description })
  basis(@Parent() { dataset, pinned, bodyId }: Neuron, @Context() context: object): Promise<Basis> {
    return this.reader.loadersOf(context).neurons.load({ dataset, pinned, bodyId });
  }
}

@Resolver(() => Synapse)
export class SynapseBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, { complexity, description })
  basis(@Parent() { dataset, pinned, siteId }: Synapse, @Context() context: object): Promise<Basis> {
    return this.reader.loadersOf(context).synapses.load({ dataset, pinned, siteId });
  }
}

@Resolver(() => Partner)
export class PartnerBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, { complexity, description: `Of the connection. ${description}` })
  basis(@Parent() partner: Partner, @Context() context: object): Promise<Basis> {
    return this.reader.loadersOf(context).connections.load(partner);
  }

  @ResolveField(() => ConnectionUncertainty, howSure)
  uncertainty(@Parent() partner: Partner, @Context() context: object): Promise<ConnectionUncertainty | null> {
    return this.reader.loadersOf(context).uncertainties.load(partner);
  }
}

@Resolver(() => NeuronConnection)
export class ConnectionBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, { complexity, description })
  basis(@Parent() connection: NeuronConnection, @Context() context: object): Promise<Basis> {
    return this.reader.loadersOf(context).connections.load(connection);
  }

  @ResolveField(() => ConnectionUncertainty, howSure)
  uncertainty(
    @Parent() connection: NeuronConnection,
    @Context() context: object,
  ): Promise<ConnectionUncertainty | null> {
    return this.reader.loadersOf(context).uncertainties.load(connection);
  }
}

@Resolver(() => SegmentAtPoint)
export class PointBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, { complexity, description })
  basis(@Parent() { dataset, point, revision }: SegmentAtPoint): Promise<Basis> {
    return this.reader.ofVoxel({ dataset, ...point }, BigInt(revision));
  }
}

@Resolver(() => Dataset)
export class DatasetBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, ofAll)
  basis(@Parent() { name }: Dataset): Promise<Basis> {
    return this.reader.ofDataset(name);
  }
}

@Resolver(() => NeuronPage)
export class NeuronPageBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, ofPage)
  basis(@Parent() { dataset, pinned }: NeuronPage): Promise<Basis> {
    return this.reader.ofDataset(dataset, pinned);
  }
}

@Resolver(() => SynapsePage)
export class SynapsePageBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, ofPage)
  basis(@Parent() { dataset, pinned }: SynapsePage): Promise<Basis> {
    return this.reader.ofDataset(dataset, pinned);
  }
}

@Resolver(() => QualityField)
export class QualityFieldBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, ofAll)
  basis(@Parent() { dataset }: QualityField): Promise<Basis> {
    return this.reader.ofDataset(dataset);
  }
}

@Resolver(() => Motifs)
export class MotifsBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, ofPage)
  basis(@Parent() { dataset, pinned }: Motifs): Promise<Basis> {
    return this.reader.ofDataset(dataset, pinned);
  }
}

@Resolver(() => CypherResult)
export class CypherBasisResolver {
  constructor(private readonly reader: BasisReader) {}

  @ResolveField(() => Basis, {
    ...ofAll,
    nullable: true,
    description: `${ofAll.description} Null where the parameters name no dataset.`,
  })
  basis(@Parent() { dataset }: CypherResult): Promise<Basis> | null {
    return dataset === null ? null : this.reader.ofDataset(dataset);
  }
}

export const basisResolvers = [
  NeuronBasisResolver,
  SynapseBasisResolver,
  PartnerBasisResolver,
  ConnectionBasisResolver,
  PointBasisResolver,
  DatasetBasisResolver,
  NeuronPageBasisResolver,
  SynapsePageBasisResolver,
  QualityFieldBasisResolver,
  MotifsBasisResolver,
  CypherBasisResolver,
];
