import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { describeAnnotation, placeOf } from '@stratome/annotations';
import { queries, type Graph } from '@stratome/connectome';
import { badInput } from '@stratome/core';
import { annotationsAt, requireDataset } from '@stratome/operations';
import { annotate, endAnnotationOf, type SegmentAt } from '@stratome/revisions';
import type { DataSource } from 'typeorm';
import { Catalogue } from '../volumes/catalogue.js';
import { GraphReader } from './graph-reader.js';
import { Int64 } from './int64.scalar.js';
import { databaseToken, graphToken } from './tokens.js';
import { AnnotatedRevision, Annotation, Flag } from './types/flag.js';
import {
  namedBox,
  type PointInput,
  PointInput as PointInputType,
  toBox,
  VoxelBoxInput,
} from './types/places.js';

const optionalText = (description: string) => ({ type: () => String, nullable: true, description });

const listed = ({ z, y, x }: PointInput): number[] => [z, y, x];

/** Flags, cell types and corrections of synapses; every edit makes a revision. */
@Resolver()
export class AnnotationResolver {
  constructor(
    @Inject(graphToken) private readonly graph: Graph,
    @Inject(databaseToken) private readonly db: DataSource,
    private readonly reader: GraphReader,
    private readonly catalogue: Catalogue,
  ) {}

  @Query(() => [Flag], { complexity: 50, description: 'The flags that hold at the head.' })
  async flags(@Args('dataset') dataset: string): Promise<Flag[]> {
    const rows = await this.reader.rowsOf(queries.flags, { dataset });
    return rows.map((row) => ({ ...row, region: namedBox(row) }));
  }

  @Query(() => [Annotation], { complexity: 50, description: 'What people said of a dataset, as it holds.' })
  async annotations(
    @Args('dataset') dataset: string,
    @Args('revision', { type: () => Int, nullable: true, description: 'The head when left out.' })
    revision?: number,
  ): Promise<Annotation[]> {
    const { headRevision } = await requireDataset(this.db, dataset);
    const at = revision ?? headRevision;
    if (at < 1 || at > headRevision) {
      throw badInput(`"${dataset}" has no revision ${at}.`, `Its latest is ${headRevision}.`);
    }
    return (await annotationsAt(this.db, dataset, at)).map((a) => ({
      id: a.id,
      kind: a.kind,
      place: placeOf(a),
      what: describeAnnotation(a),
      fromRevision: a.fromRevision,
      toRevision: a.toRevision,
      author: a.author,
      createdAt: a.createdAt.toISOString(),
      note: a.note,
    }));
  }

  @Mutation(() => AnnotatedRevision, { complexity: 200, description: 'Marks a region as of bad quality.' })
  async flag(
    @Args('dataset') dataset: string,
    @Args('region') region: VoxelBoxInput,
    @Args('reason') reason: string,
    @Args('author') author: string,
    @Args('severity', { defaultValue: 'warn', description: 'warn or exclude' }) severity: string,
    @Args('layer', optionalText('The layer at fault.')) layer: string | null = null,
    @Args('diagnosisId', optionalText('The diagnosis it rests on.')) diagnosisId: string | null = null,
  ): Promise<AnnotatedRevision> {
    const target = { box: toBox('region', region) };
    const payload = { reason, severity, layer, diagnosisId };
    return this.annotate(dataset, author, { kind: 'qualityFlag', target, payload });
  }

  @Mutation(() => AnnotatedRevision, {
    complexity: 200,
    description: 'Names the type of the cell at a voxel.',
  })
  async setCellType(
    @Args('dataset') dataset: string,
    @Args('point', { type: () => PointInputType }) point: PointInput,
    @Args('type') type: string,
    @Args('author') author: string,
    @Args('instance', optionalText('Its instance.')) instance: string | null = null,
  ): Promise<AnnotatedRevision> {
    const target = { point: listed(point) };
    return this.annotate(dataset, author, { kind: 'cellType', target, payload: { type, instance } });
  }

  @Mutation(() => AnnotatedRevision, { complexity: 200, description: 'Takes a synapse away: it is none.' })
  async deleteSynapse(
    @Args('dataset') dataset: string,
    @Args('siteId', { type: () => Int64 }) siteId: bigint,
    @Args('author') author: string,
  ): Promise<AnnotatedRevision> {
    return this.correct(dataset, author, siteId, { action: 'delete' });
  }

  @Mutation(() => AnnotatedRevision, { complexity: 200, description: 'Says what a synapse is.' })
  async setSynapseKind(
    @Args('dataset') dataset: string,
    @Args('siteId', { type: () => Int64 }) siteId: bigint,
    @Args('kind', { description: 'excitatory or inhibitory' }) synapseKind: string,
    @Args('author') author: string,
  ): Promise<AnnotatedRevision> {
    return this.correct(dataset, author, siteId, { action: 'setKind', synapseKind });
  }

  @Mutation(() => AnnotatedRevision, {
    complexity: 200,
    description: 'Gives a synapse another partner: the segment at a voxel.',
  })
  async setSynapsePartner(
    @Args('dataset') dataset: string,
    @Args('siteId', { type: () => Int64 }) siteId: bigint,
    @Args('side', { description: 'pre or post' }) side: string,
    @Args('point', { type: () => PointInputType }) point: PointInput,
    @Args('author') author: string,
  ): Promise<AnnotatedRevision> {
    const payload = { action: 'setPartner', side, partnerPoint: listed(point) };
    return this.correct(dataset, author, siteId, payload);
  }

  @Mutation(() => AnnotatedRevision, {
    complexity: 200,
    description: 'Adds a synapse from the segment at one voxel to that at another.',
  })
  async addSynapse(
    @Args('dataset') dataset: string,
    @Args('pre', { type: () => PointInputType }) pre: PointInput,
    @Args('post', { type: () => PointInputType }) post: PointInput,
    @Args('kind', { description: 'excitatory or inhibitory' }) synapseKind: string,
    @Args('author') author: string,
  ): Promise<AnnotatedRevision> {
    const target = { synapseId: null, point: listed(post) };
    const payload = { action: 'add', prePoint: listed(pre), synapseKind };
    return this.annotate(dataset, author, { kind: 'synapseCorrection', target, payload });
  }

  @Mutation(() => AnnotatedRevision, { complexity: 200, description: 'Ends a flag or a cell type.' })
  async endAnnotation(
    @Args('dataset') dataset: string,
    @Args('id', { type: () => Int64 }) id: bigint,
    @Args('author') author: string,
  ): Promise<AnnotatedRevision> {
    const asked = { dataset, id, author, segmentAt: this.segmentAt(dataset) };
    const { revision } = await endAnnotationOf(this.db, this.graph, asked);
    return { id, revision };
  }

  private correct(dataset: string, author: string, siteId: bigint, payload: object) {
    const target = { synapseId: String(siteId) };
    return this.annotate(dataset, author, { kind: 'synapseCorrection', target, payload });
  }

  private async annotate(dataset: string, author: string, content: object): Promise<AnnotatedRevision> {
    const segmentAt = this.segmentAt(dataset);
    const made = await annotate(this.db, this.graph, { dataset, author, content, segmentAt });
    return { id: made.annotationId, revision: made.revision };
  }

  private segmentAt(dataset: string): SegmentAt {
    return async (revision, point) => {
      const { voxelSize } = await this.reader.recentDataset(dataset);
      const [z, y, x] = point.map((v, k) => (v + 0.5) * voxelSize[2 - k]);
      return this.catalogue.idAt(dataset, revision, 'segmentation', [z, y, x]);
    };
  }
}
