import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import {
  bodies,
  listCost,
  leastConfidenceArgument,
  maskFlaggedArgument,
  PinnedPartnerArguments,
  requireBodies,
  requireDirection,
  requireFirst,
  revisionArgument,
} from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { FlagMask } from './types/flag.js';
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
    @Args('maskFlagged', maskFlaggedArgument) maskFlagged?: FlagMask,
    @Args('minConfidence', leastConfidenceArgument) minConfidence?: number,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<NeuronConnection[]> {
    const ids = requireBodies(bodyIds);
    const among = { preBodyIds: ids, postBodyIds: ids, minWeight: BigInt(minWeight) };
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = { dataset, ...among };
    const { connectionsBetween, connectionsBetweenAt } = queries;
    const mask = await this.reader.mask(dataset, { maskFlagged, minConfidence }, pinned);
    const rows = await this.reader.rowsAt(
      connectionsBetween,
      connectionsBetweenAt,
      { ...asked, ...mask },
      pinned,
    );
    return rows.map((row) => ({ dataset, pinned, ...row }));
  }

  @Query(() => Motifs, {
    complexity: listCost,
    description: 'Reciprocal pairs and autapses, strongest first.',
  })
  async motifs(
    @Args('dataset') dataset: string,
    @Args() { minWeight, first, revision, ...mask }: PinnedPartnerArguments,
  ): Promise<Motifs> {
    await this.reader.dataset(dataset);
    const pinned = await this.reader.pinned(dataset, revision);
    const left = await this.reader.mask(dataset, mask, pinned);
    const asked = { dataset, minWeight: BigInt(minWeight), limit: requireFirst(first), ...left };
    const { reciprocalConnections, reciprocalConnectionsAt, autapses, autapsesAt } = queries;
    const [pairs, alone] = await Promise.all([
      this.reader.rowsAt(reciprocalConnections, reciprocalConnectionsAt, asked, pinned),
      this.reader.rowsAt(autapses, autapsesAt, asked, pinned),
    ]);
    return { dataset, pinned, reciprocal: pairs, autapses: alone };
  }

  @Query(() => [CommonPartner], {
    complexity: listCost,
    description: 'Neurons connected with every one of some neurons.',
  })
  async commonPartners(
    @Args('dataset') dataset: string,
    @Args('bodyIds', bodies) bodyIds: bigint[],
    @Args('direction', { description: 'upstream or downstream' }) direction: string,
    @Args() { minWeight, first, revision, ...mask }: PinnedPartnerArguments,
  ): Promise<CommonPartner[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = {
      dataset,
      bodyIds: requireBodies(bodyIds),
      minWeight: BigInt(minWeight),
      limit: requireFirst(first),
      ...(await this.reader.mask(dataset, mask, pinned)),
    };
    const { commonInputs, commonInputsAt, commonOutputs, commonOutputsAt } = queries;
    return requireDirection(direction) === 'upstream'
      ? this.reader.rowsAt(commonInputs, commonInputsAt, asked, pinned)
      : this.reader.rowsAt(commonOutputs, commonOutputsAt, asked, pinned);
  }
}
