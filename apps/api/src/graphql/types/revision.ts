import { Field, Float, GraphQLISODateTime, Int, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { NeuronConnection } from './neuron.js';

@ObjectType({ description: 'How many rows of one kind a revision added, changed and took away.' })
export class RevisionChange {
  @Field({ description: 'neurons, fragments, sites, synapses or connections' }) kind!: string;
  @Field(() => Int) added!: number;
  @Field(() => Int) changed!: number;
  @Field(() => Int) removed!: number;
}

@ObjectType({ description: 'How many artefacts of one kind differ.' })
export class ArtifactChange {
  @Field({ description: 'Chunks of a volume are of the kind volume/mip.' }) kind!: string;
  @Field(() => Int) gained!: number;
  @Field(() => Int) lost!: number;
  @Field(() => Int) changed!: number;
}

@ObjectType({ description: 'A state of a dataset that readers were shown.' })
export class Revision {
  @Field(() => Int) revision!: number;
  @Field(() => Int, { description: 'The one it was made on; 0 for the first.' }) parent!: number;
  @Field({ description: 'run, reprocess, rollback, annotation or repair' }) kind!: string;
  @Field(() => Int, { nullable: true, description: 'The revision that a rollback brings back.' }) restores!:
    | number
    | null;
  @Field(() => String, {
    nullable: true,
    description: 'The run whose artefacts and parameters hold in it.',
  })
  run!: string | null;
  @Field() author!: string;
  @Field(() => String, { nullable: true }) note!: string | null;
  @Field(() => GraphQLISODateTime) committedAt!: Date;
  @Field({ description: 'True for the one that readers see.' }) head!: boolean;
  @Field(() => [RevisionChange], { nullable: true, description: 'Null where no history was kept.' })
  changes!: RevisionChange[] | null;
  @Field(() => [ArtifactChange]) artifacts!: readonly ArtifactChange[];
}

@ObjectType({ description: 'How many things of one kind differ.' })
export class DifferenceTotals {
  @Field(() => Int) gained!: number;
  @Field(() => Int) lost!: number;
  @Field(() => Int) changed!: number;
}

@ObjectType({ description: 'Things of one kind, by id; the first of each list.' })
export class IdDifferences {
  @Field(() => [Int64]) gained!: readonly bigint[];
  @Field(() => [Int64]) lost!: readonly bigint[];
  @Field(() => [Int64]) changed!: readonly bigint[];
  @Field(() => DifferenceTotals) totals!: DifferenceTotals;
}

@ObjectType({ description: 'A connection as it was at either revision.' })
export class ChangedConnection {
  @Field(() => NeuronConnection) before!: NeuronConnection;
  @Field(() => NeuronConnection) after!: NeuronConnection;
}

@ObjectType({ description: 'Connections of weight 1 and more; the first of each list.' })
export class ConnectionDifferences {
  @Field(() => [NeuronConnection]) gained!: readonly NeuronConnection[];
  @Field(() => [NeuronConnection]) lost!: readonly NeuronConnection[];
  @Field(() => [ChangedConnection]) changed!: readonly ChangedConnection[];
  @Field(() => DifferenceTotals) totals!: DifferenceTotals;
}

@ObjectType({ description: 'How a volume differs at its finest level.' })
export class VolumeDifference {
  @Field() volume!: string;
  @Field(() => Int) chunks!: number;
  @Field(() => Float) voxels!: number;
}

@ObjectType({ description: 'How a dataset differs between two revisions.' })
export class RevisionDiff {
  dataset!: string;

  @Field(() => Int) from!: number;
  @Field(() => Int) to!: number;
  @Field(() => IdDifferences) neurons!: IdDifferences;
  @Field(() => IdDifferences, { description: 'By postsynaptic site.' }) synapses!: IdDifferences;
  @Field(() => ConnectionDifferences) connections!: ConnectionDifferences;
  @Field(() => [ArtifactChange]) artifacts!: readonly ArtifactChange[];
}
