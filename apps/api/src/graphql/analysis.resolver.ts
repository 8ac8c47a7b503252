import { setTimeout as delay } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import {
  analyses,
  analysisNames,
  describeParameters,
  readResultRows,
  type Graph,
} from '@stratome/connectome';
import { canonicalJson } from '@stratome/core';
import { analysisTable, listAnalyses, requireAnalysis, type Analysis } from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { AnalysisQueue } from '../analysis/analysis-queue.js';
import { askForAnalysis } from '../analysis/request-analysis.js';
import { listCost, requireFirst } from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { jsonObject, plainJson } from './json.js';
import { databaseToken, graphToken } from './tokens.js';
import { AnalysisKind, AnalysisTable, CircuitAnalysis } from './types/analysis.js';

/** How often a subscription looks for progress. */
const pollMs = 500;

const toAnalysis = (row: Analysis): CircuitAnalysis => ({
  ...row,
  progress: row.progress,
  parametersJson: canonicalJson(row.parameters),
  summaryJson: row.summary && canonicalJson(row.summary),
  tablePath: `/api/analyses/${row.id}/table`,
});

/** Analyses that look at all connections of a dataset: asked for, run off the event loop, and kept. */
@Resolver(() => CircuitAnalysis)
export class AnalysisResolver {
  constructor(
    @Inject(graphToken) private readonly graph: Graph,
    @Inject(databaseToken) private readonly db: DataSource,
    private readonly reader: GraphReader,
    private readonly queue: AnalysisQueue,
  ) {}

  @Query(() => [AnalysisKind], { complexity: 20, description: 'The analyses there are.' })
  analysisKinds(): AnalysisKind[] {
    return analysisNames.map((name) => ({
      name,
      summary: analyses[name].summary,
      parameters: describeParameters(name),
    }));
  }

  @Mutation(() => CircuitAnalysis, {
    complexity: 500,
    description: 'Asks for an analysis; an equal request of the same revision gives the one that is kept.',
  })
  async startAnalysis(
    @Args('dataset') dataset: string,
    @Args('name') name: string,
    @Args('parametersJson', { defaultValue: '{}', description: 'A JSON object; ids as text.' })
    parametersJson: string,
  ): Promise<CircuitAnalysis> {
    const parameters = jsonObject(parametersJson);
    const found = await askForAnalysis(this.graph, this.db, { dataset, name, parameters });
    if (found.state !== 'done') this.queue.wake();
    return toAnalysis(found);
  }

  @Query(() => CircuitAnalysis, { complexity: 20 })
  async analysis(@Args('id') id: string): Promise<CircuitAnalysis> {
    return toAnalysis(await requireAnalysis(this.db, id));
  }

  @Query(() => [CircuitAnalysis], {
    complexity: listCost,
    description: 'Analyses of a dataset, the latest first.',
  })
  async analyses(
    @Args('dataset') dataset: string,
    @Args('first', { type: () => Int, defaultValue: 20 }) first: number,
  ): Promise<CircuitAnalysis[]> {
    await this.reader.dataset(dataset);
    return (await listAnalyses(this.db, dataset, requireFirst(first))).map(toAnalysis);
  }

  @Subscription(() => CircuitAnalysis, {
    description: 'An analysis whenever it has come further; ends when it does.',
    resolve: (analysis: CircuitAnalysis) => analysis,
  })
  async analysisProgress(@Args('id') id: string): Promise<AsyncGenerator<CircuitAnalysis>> {
    // Asked once before the stream begins, so that an unknown one is an error of the subscription itself.
    return this.changesFrom(await requireAnalysis(this.db, id));
  }

  private async *changesFrom(first: Analysis): AsyncGenerator<CircuitAnalysis> {
    yield toAnalysis(first);
    let seen = first;
    while (seen.state === 'queued' || seen.state === 'running') {
      await delay(pollMs);
      const now = await requireAnalysis(this.db, first.id);
      if (canonicalJson([now.state, now.progress]) !== canonicalJson([seen.state, seen.progress]))
        yield toAnalysis(now);
      seen = now;
    }
  }

  @ResolveField(() => Boolean, { complexity: 20, description: 'Whether the dataset has moved on since.' })
  async stale(@Parent() { dataset, revision }: CircuitAnalysis): Promise<boolean> {
    return (await this.reader.dataset(dataset)).revision !== BigInt(revision);
  }

  @ResolveField(() => AnalysisTable, {
    nullable: true,
    complexity: listCost,
    description: 'Rows of what it found; null until it is done.',
  })
  async table(
    @Parent() { id, state }: CircuitAnalysis,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('offset', { type: () => Int, defaultValue: 0 }) offset: number,
  ): Promise<AnalysisTable | null> {
    if (state !== 'done') return null;
    const bytes = await analysisTable(this.db, id);
    const { rows, ...rest } = readResultRows(bytes, Math.max(0, offset), requireFirst(first));
    return { ...rest, rowsJson: JSON.stringify(rows, plainJson) };
  }
}
