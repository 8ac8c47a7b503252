import { Inject } from '@nestjs/common';
import { Args, Context, Int, Query, Resolver } from '@nestjs/graphql';
import type { Graph } from '@stratome/connectome';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { datasetQueue } from '../proofreading/dataset-queue.js';
import { Catalogue } from '../volumes/catalogue.js';
import { listCost, requireFirst } from './arguments.js';
import { databaseToken, graphToken, storeToken } from './tokens.js';
import { namedAxes, toBox, VoxelBoxInput } from './types/places.js';
import { ProofreadingQueue } from './types/proofreading.js';

@Resolver(() => ProofreadingQueue)
export class ProofreadingResolver {
  constructor(
    @Inject(graphToken) private readonly graph: Graph,
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(storeToken) private readonly store: ObjectStore,
    private readonly catalogue: Catalogue,
  ) {}

  @Query(() => ProofreadingQueue, {
    complexity: (options) => 200 + listCost(options),
    description: 'What a person should look at first: decisions that may be wrong, by expected gain.',
  })
  async proofreadingQueue(
    @Args('dataset') dataset: string,
    @Context() { origin = '' }: { origin?: string },
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('region', { type: () => VoxelBoxInput, nullable: true }) region?: VoxelBoxInput,
  ): Promise<ProofreadingQueue> {
    const box = region && toBox('region', region);
    const sources = { graph: this.graph, db: this.db, store: this.store, catalogue: this.catalogue };
    const asked = { dataset, region: box, limit: requireFirst(first), origin };
    const { revision, total, items } = await datasetQueue(sources, asked);
    return { revision, total, items: items.map((i) => ({ ...i, location: namedAxes(i.location) })) };
  }
}
