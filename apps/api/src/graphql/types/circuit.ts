import { Field, Float, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';

@ObjectType({ description: 'A neuron with many partners.' })
export class Hub {
  @Field(() => Int64) bodyId!: bigint;
  @Field(() => String, { nullable: true }) type!: string | null;
  @Field(() => Int64) inputs!: bigint;
  @Field(() => Int64) outputs!: bigint;
  @Field(() => Int64, { description: 'Inputs and outputs together.' }) partners!: bigint;
}

@ObjectType({ description: 'Connections of one cell type to another, added up.' })
export class TypeConnection {
  @Field() preType!: string;
  @Field() postType!: string;
  @Field(() => Int64) connections!: bigint;
  @Field(() => Int64) synapses!: bigint;
  @Field(() => Int64) preNeurons!: bigint;
  @Field(() => Int64) postNeurons!: bigint;
}

@ObjectType({ description: 'A partner by its synapses inside one region.' })
export class PartnerInRoi {
  @Field(() => Int64) bodyId!: bigint;
  @Field(() => Int64) partnerId!: bigint;
  @Field(() => String, { nullable: true }) partnerType!: string | null;
  @Field(() => Int64, { description: 'Synapses inside the region.' }) weight!: bigint;
  @Field(() => Int64, { description: 'Synapses of the whole connection.' }) wholeWeight!: bigint;
}

@ObjectType({ description: 'A downstream partner, recounted from synapses under a quality mask.' })
export class MaskedPartner {
  @Field(() => Int64) partnerId!: bigint;
  @Field(() => String, { nullable: true }) partnerType!: string | null;
  @Field(() => Int64, { description: 'Synapses that count.' }) weight!: bigint;
  @Field(() => Int64, { description: 'Synapses that the mask leaves out.' }) masked!: bigint;
  @Field(() => Int64, { description: 'The weight as it is stored.' }) storedWeight!: bigint;
}

@ObjectType({ description: 'How strongly one region feeds another through neurons.' })
export class RoiConnection {
  @Field() fromRoi!: string;
  @Field() toRoi!: string;
  @Field(() => Int64) neurons!: bigint;
  @Field(() => Float) weight!: number;
}

@ObjectType({ description: 'Synapses of a region, and those on neurons of the given statuses.' })
export class RoiCompleteness {
  @Field() roi!: string;
  @Field(() => Int64) pre!: bigint;
  @Field(() => Int64) post!: bigint;
  @Field(() => Int64) totalPre!: bigint;
  @Field(() => Int64) totalPost!: bigint;
}

@ObjectType({ description: 'Excitatory and inhibitory synapses that a neuron receives and makes.' })
export class NeuronBalance {
  @Field(() => Int64) bodyId!: bigint;
  @Field(() => Int64) excitatoryIn!: bigint;
  @Field(() => Int64) inhibitoryIn!: bigint;
  @Field(() => Int64) excitatoryOut!: bigint;
  @Field(() => Int64) inhibitoryOut!: bigint;
}

@ObjectType({ description: 'Excitatory and inhibitory synapses of a region.' })
export class RoiBalance {
  @Field() roi!: string;
  @Field(() => Int64) excitatory!: bigint;
  @Field(() => Int64) inhibitory!: bigint;
  @Field(() => Float, { description: '0 to 1.' }) excitatoryShare!: number;
}

@ObjectType({ description: 'A neuron by its shape.' })
export class NeuronShape {
  @Field(() => Int64) bodyId!: bigint;
  @Field(() => String, { nullable: true }) type!: string | null;
  @Field(() => Float, { nullable: true }) cableLengthUm!: number | null;
  @Field(() => Int64, { description: 'Voxels.' }) size!: bigint;
  @Field(() => Int64, { nullable: true }) skeletonBranches!: bigint | null;
  @Field(() => Int64, { nullable: true }) skeletonEnds!: bigint | null;
}

@ObjectType({ description: 'How many triples of the given neurons are one of the 13 connected triads.' })
export class TriadCount {
  @Field({ description: 'Its usual name, 021D to 300.' }) triad!: string;
  @Field(() => Int64, { description: 'Pairs connected both ways.' }) mutual!: bigint;
  @Field(() => Int64) oneWay!: bigint;
  @Field(() => Int64) missing!: bigint;
  @Field(() => Int64) triples!: bigint;
}

@ObjectType({ description: 'a to b, b to c, and a to c as well.' })
export class FeedForwardLoop {
  @Field(() => Int64) firstId!: bigint;
  @Field(() => Int64) middleId!: bigint;
  @Field(() => Int64) lastId!: bigint;
  @Field(() => Int64, { description: 'Synapses from a to b.' }) firstWeight!: bigint;
  @Field(() => Int64, { description: 'Synapses from b to c.' }) secondWeight!: bigint;
  @Field(() => Int64, { description: 'Synapses from a to c.' }) directWeight!: bigint;
}
