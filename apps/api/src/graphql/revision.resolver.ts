import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { connectivityKinds, type Graph } from '@stratome/connectome';
import {
  compareRevisions,
  revisionHistory,
  rollback,
  volumeDifferences,
  type Differences,
  type RevisionRecord,
} from '@stratome/revisions';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { requireFirst } from './arguments.js';
import { databaseToken, graphToken, storeToken } from './tokens.js';
import { type IdDifferences, Revision, RevisionDiff, VolumeDifference } from './types/revision.js';

const toRevision = ({ changes, ...record }: RevisionRecord): Revision => ({
  ...record,
  changes: changes && connectivityKinds.map((kind) => ({ kind, ...changes[kind] })),
});

const idsOf = <Row>(
  { gained, lost, changed, totals }: Differences<Row>,
  id: (row: Row) => bigint,
): IdDifferences => ({
  gained: gained.map(id),
  lost: lost.map(id),
  changed: changed.map(({ after }) => id(after)),
  totals,
});

@Resolver(() => Revision)
export class RevisionResolver {
  constructor(
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(graphToken) private readonly graph: Graph,
  ) {}

  @Query(() => [Revision], { complexity: 100, description: 'Revisions of a dataset, the latest first.' })
  async revisions(@Args('dataset') dataset: string): Promise<Revision[]> {
    return (await revisionHistory(this.db, this.graph, dataset)).map(toRevision);
  }

  @Query(() => RevisionDiff, { complexity: 500, description: 'How two revisions differ.' })
  async revisionDiff(
    @Args('dataset') dataset: string,
    @Args('from', { type: () => Int }) from: number,
    @Args('to', { type: () => Int }) to: number,
    @Args('first', { type: () => Int, defaultValue: 100, description: 'Rows of each list.' }) first: number,
  ): Promise<RevisionDiff> {
    const comparison = await compareRevisions(this.db, this.graph, dataset, from, to, requireFirst(first));
    const { connections } = comparison;
    return {
      ...comparison,
      connections: {
        ...connections,
        gained: connections.gained.map((row) => ({ ...row, dataset, pinned: to })),
        lost: connections.lost.map((row) => ({ ...row, dataset, pinned: from })),
        changed: connections.changed.map(({ before, after }) => ({
          before: { ...before, dataset, pinned: from },
          after: { ...after, dataset, pinned: to },
        })),
      },
      neurons: idsOf(comparison.neurons, ({ bodyId }) => bodyId),
      synapses: idsOf(comparison.synapses, ({ synapseId }) => synapseId),
    };
  }

  @Mutation(() => Revision, {
    complexity: 500,
    description: 'Brings an earlier revision back as a new one; everything in between stays.',
  })
  async rollback(
    @Args('dataset') dataset: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('author', { description: 'Who asks for it.', defaultValue: 'anonymous' }) author: string,
    @Args('note', { type: () => String, nullable: true, description: 'Why.' }) note?: string,
  ): Promise<Revision> {
    await rollback(this.db, this.graph, { dataset, revision, author, note });
    const [latest] = await revisionHistory(this.db, this.graph, dataset);
    return toRevision(latest);
  }
}

@Resolver(() => RevisionDiff)
export class RevisionDiffResolver {
  constructor(
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(storeToken) private readonly store: ObjectStore,
  ) {}

  @ResolveField(() => [VolumeDifference], {
    complexity: 1000,
    description: 'Voxels that differ; reads every chunk that was changed.',
  })
  volumes(@Parent() { dataset, from, to }: RevisionDiff): Promise<VolumeDifference[]> {
    return volumeDifferences(this.db, this.store, dataset, Math.min(from, to), Math.max(from, to));
  }
}
