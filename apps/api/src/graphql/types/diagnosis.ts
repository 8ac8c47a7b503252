import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { VoxelBox } from './places.js';

@ObjectType({ description: 'A place where a measure stands out.' })
export class Anomaly {
  @Field() anomalyId!: string;
  @Field(() => VoxelBox) region!: VoxelBox;
  @Field() layer!: string;
  @Field() measure!: string;
  @Field(() => String, {
    nullable: true,
    description:
      'How it shows: region (the diagnosed one, against its reference), outlier (cells or sections far out), gradient (cells that move together with their neighbours) or jump (the level changes between two sections). Null in diagnoses of versions that did not say.',
  })
  pattern!: string | null;
  @Field(() => Float, {
    description: 'How far it is from the rest (a jump: from the sections before), in the measure’s unit.',
  })
  effect!: number;
  @Field(() => Float, { description: 'Of so much by chance, false discoveries controlled.' }) p!: number;
  @Field(() => Int, { description: 'Cells of its box, or sections.' }) cells!: number;
}

@ObjectType({ description: 'An effect without what other measures explain of it.' })
export class OwnEffect {
  @Field(() => Float, { description: 'In the measure’s unit.' }) effect!: number;
  @Field(() => Float, { description: 'In standard errors.' }) score!: number;
  @Field(() => Float) p!: number;
  @Field() deviates!: boolean;
}

@ObjectType({ description: 'One measure of the region against its reference.' })
export class DiagnosisEvidence {
  @Field() measure!: string;
  @Field({ description: 'Empty where the measure is a share or a count.' }) unit!: string;
  @Field({ description: 'What it measures, in words.' }) meaning!: string;
  @Field(() => Float, { description: 'Weighted mean over the region’s cells.' }) regionMean!: number;
  @Field(() => Float, { description: 'Weighted mean over the reference’s cells.' }) referenceMean!: number;
  @Field(() => Float) effect!: number;
  @Field(() => [Float]) interval!: number[];
  @Field(() => Float, { description: 'The effect in standard errors.' }) score!: number;
  @Field(() => Float) p!: number;
  @Field() deviates!: boolean;
  @Field(() => OwnEffect, {
    nullable: true,
    description:
      'What is left when that is taken off which the tissue and the layers before lead to expect: causes are judged by it. Null in diagnoses of versions that did not.',
  })
  own!: OwnEffect | null;
}

@ObjectType({
  description: 'One of the six fields of a stage run that differs between region and reference.',
})
export class LineageDifference {
  @Field() stage!: string;
  @Field() field!: string;
  @Field() region!: string;
  @Field() reference!: string;
}

@ObjectType({ description: 'A measure that could not be tested.' })
export class UntestedMeasure {
  @Field() measure!: string;
  @Field() why!: string;
}

@ObjectType({ description: 'What the walk found at one layer.' })
export class DiagnosisStep {
  @Field() layer!: string;
  @Field({ description: 'untested, normal, follows or origin' }) verdict!: string;
  @Field(() => String, { nullable: true, description: 'The measure that speaks loudest.' })
  measure!: string | null;
  @Field(() => Float, { nullable: true }) effect!: number | null;
  @Field(() => [Float], { nullable: true, description: '95 %.' }) interval!: readonly number[] | null;
  @Field(() => Float, { nullable: true }) p!: number | null;
  @Field(() => [DiagnosisEvidence]) measures!: DiagnosisEvidence[];
  @Field(() => [LineageDifference]) lineage!: LineageDifference[];
  @Field(() => [UntestedMeasure]) untested!: UntestedMeasure[];
}

@ObjectType({ description: 'What a region looks like, where that is too little for a search to name it.' })
export class DoubtedCause {
  @Field(() => String, {
    nullable: true,
    description: 'Null for fewer synapses, which are no fault of a layer.',
  })
  layer!: string | null;
  @Field() cause!: string;
  @Field() why!: string;
}

@ObjectType()
export class RejectedCause {
  @Field() cause!: string;
  @Field() why!: string;
}

@ObjectType({ description: 'How much of a deviation the cause leads to expect.' })
export class ExplainedShare {
  @Field(() => Float) share!: number;
  @Field(() => [Float]) interval!: readonly number[];
  @Field({ description: 'The measure that is explained.' }) of!: string;
  @Field({ description: 'The measure that explains it.' }) by!: string;
  @Field({ description: 'Whether the dose-response was found outside the region.' }) outside!: boolean;
}

@ObjectType({ description: 'Parameters that a box had of its own.' })
export class OwnParameters {
  @Field({ description: 'z0,y0,x0:z1,y1,x1, voxels.' }) region!: string;
  @Field(() => [String], { description: 'group.name=value' }) parameters!: string[];
}

@ObjectType({ description: 'A measure of the region against its reference, before and when made again.' })
export class MeasureMadeAgain {
  @Field() measure!: string;
  @Field() layer!: string;
  @Field(() => Float, { description: 'In the measure’s unit.' }) before!: number;
  @Field(() => Float, { nullable: true, description: 'Null where it could no longer be compared.' })
  after!: number | null;
}

@ObjectType({
  description:
    'What became of the region when it was made again as the rest of its dataset was; nothing of it was stored but this.',
})
export class Counterfactual {
  @Field({ description: 'The layer from which on it was made again.' }) from!: string;
  @Field(() => [OwnParameters], { description: 'What it was made without.' }) without!: OwnParameters[];
  @Field(() => [MeasureMadeAgain], { description: 'Those that deviated.' }) measures!: MeasureMadeAgain[];
  @Field({ description: 'What a diagnosis says of the region as made again.' }) verdict!: string;
  @Field(() => String, { nullable: true }) layer!: string | null;
  @Field(() => String, { nullable: true }) cause!: string | null;
  @Field({ description: 'The measure that convicted.' }) undoneOf!: string;
  @Field(() => Float, { description: 'Share of the effect on it that came off.' }) undoneShare!: number;
  @Field({ description: 'Whether at least half of it came off, and the same cause is named no more.' })
  confirmed!: boolean;
  @Field(() => [String], {
    description:
      'Causes that it rules out: none where confirmed, and where nothing at all changed every one that making it again would have undone.',
  })
  refutes!: string[];
}

@ObjectType({ description: 'The walk from connectivity down to images, and what it found.' })
export class Diagnosis {
  @Field() diagnosisId!: string;
  @Field(() => Int64) revision!: bigint;
  @Field(() => String, { nullable: true, description: 'ISO time at which it was first made.' })
  made!: string | null;
  @Field({ description: 'cause, biology, graph, none or insufficient' }) verdict!: string;
  @Field(() => String, { nullable: true }) layer!: string | null;
  @Field(() => String, { nullable: true }) cause!: string | null;
  @Field(() => Float) confidence!: number;
  @Field(() => VoxelBox) region!: VoxelBox;
  @Field(() => VoxelBox, {
    nullable: true,
    description: 'What it was compared with; null where that is all the rest, less a rim of one cell.',
  })
  against!: VoxelBox | null;
  @Field(() => ExplainedShare, { nullable: true }) explainedShare!: ExplainedShare | null;
  @Field(() => [DiagnosisStep]) steps!: DiagnosisStep[];
  @Field(() => DoubtedCause, {
    nullable: true,
    description: 'Null but where it is the reason why the verdict is insufficient.',
  })
  doubt!: DoubtedCause | null;
  @Field(() => [RejectedCause]) rejected!: readonly RejectedCause[];
  @Field(() => [Anomaly], { description: 'Those that lie in its region.' }) anomalies!: Anomaly[];
  @Field(() => String, {
    nullable: true,
    description:
      'The layer from which on making its region again would try it; null where that would show nothing.',
  })
  triedFrom!: string | null;
  @Field(() => Counterfactual, {
    nullable: true,
    description: 'Null where nobody tried it (npx stratome diagnose --confirm), or it could not be tried.',
  })
  counterfactual!: Counterfactual | null;
}
