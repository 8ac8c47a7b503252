import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import {
  bodies,
  listCost,
  PartnerArguments,
  requireBodies,
  requireDirection,
  requireFirst,
  requireHeadForFlags,
  revisionArgument,
} from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { FlagMask, severitiesOf } from './types/flag.js';
import { CommonPartner, Motifs } from './types/motif.js';
import { NeuronConnection } from './types/neuron.js';

/** Patterns between several neurons. */
@Resolver()
export class CircuitResolver {
  constructor(private readonly reader: GraphReader) {}

  @Query(() => [NeuronConnection], { complexity: 500, description: 'The connections among some neurons.' })
  async connectionsBetween(
    @Args('dataset') dataset: string,
    @Args('bodyIds', bodies) bodyIds: bigint[],
    @Args('minWeight', { type: () => Int, defaultValue: 1, description: 'Synapses.' }) minWeight: number,
    @Args('maskFlagged', {
      type: () => FlagMask,
      nullable: true,
      description: 'Leaves out synapses in flagged cells.',
    })
    maskFlagged?: FlagMask,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<NeuronConnection[]> {
    const ids = requireBodies(bodyIds);
    const among = { preBodyIds: ids, postBodyIds: ids, minWeight: BigInt(minWeight) };
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = { dataset, ...among };
    if (maskFlagged) {
      requireHeadForFlags(pinned);
      const severities = severitiesOf(maskFlagged);
      const left = await this.reader.rowsOf(queries.unflaggedConnections, { ...asked, severities });
      return left.map((row) => ({ dataset, pinned, ...row }));
    }
    const { connectionsBetween, connectionsBetweenAt } = queries;
    const rows = await this.reader.rowsAt(connectionsBetween, connectionsBetweenAt, asked, pinned);
    return rows.map((row) => ({ dataset, pinned, ...row }));
  }

  @Query(() => Motifs, {
    complexity: listCost,
    description: 'Reciprocal pairs and autapses, strongest first.',
  })
  async motifs(
    @Args('dataset') dataset: string,
    @Args() { minWeight, first }: PartnerArguments,
  ): Promise<Motifs> {
    const asked = { dataset, minWeight: BigInt(minWeight), limit: requireFirst(first) };
    await this.reader.dataset(dataset);
    const [reciprocal, autapses] = await Promise.all([
      this.reader.run(queries.reciprocalConnections, asked),
      this.reader.run(queries.autapses, asked),
    ]);
    return { dataset, reciprocal, autapses };
  }

  @Query(() => [CommonPartner], {
    complexity: listCost,
    description: 'Neurons connected with every one of some neurons.',
  })
  async commonPartners(
    @Args('dataset') dataset: string,
    @Args('bodyIds', bodies) bodyIds: bigint[],
    @Args('direction', { description: 'upstream or downstream' }) direction: string,
    @Args() { minWeight, first }: PartnerArguments,
  ): Promise<CommonPartner[]> {
    const query = requireDirection(direction) === 'upstream' ? queries.commonInputs : queries.commonOutputs;
    const asked = {
      bodyIds: requireBodies(bodyIds),
      minWeight: BigInt(minWeight),
      limit: requireFirst(first),
    };
    return this.reader.rowsOf(query, { dataset, ...asked });
  }
}
