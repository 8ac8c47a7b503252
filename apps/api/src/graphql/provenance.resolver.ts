import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import { notFound } from '@stratome/core';
import { listCost, requireFirst, revisionArgument } from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { Int64 } from './int64.scalar.js';
import { Impact, Provenance, RunInput, StageRun } from './types/provenance.js';

const listed = { type: () => Int, defaultValue: 100, description: 'Ids listed, the smallest first.' };

function found<Row>([row]: Row[], what: string): Row {
  if (row) return row;
  throw notFound(`${what} does not exist.`);
}

@Resolver()
export class ProvenanceResolver {
  constructor(private readonly reader: GraphReader) {}

  @Query(() => [StageRun], {
    complexity: listCost,
    description: 'Stage runs of a dataset, the latest first.',
  })
  stageRuns(
    @Args('dataset') dataset: string,
    @Args('stage', { type: () => String, nullable: true, description: 'Only of this stage.' })
    stage: string | null,
    @Args('first', { type: () => Int, defaultValue: 100 }) first: number,
  ): Promise<StageRun[]> {
    return this.reader.rowsOf(queries.stageRuns, { dataset, stage, limit: requireFirst(first) });
  }

  @Query(() => [RunInput], {
    complexity: 200,
    description: 'Which runs made what the given stage runs read.',
  })
  runInputs(
    @Args('dataset') dataset: string,
    @Args('runIds', { type: () => [String], description: 'At most 1000.' }) runIds: string[],
  ): Promise<RunInput[]> {
    requireFirst(runIds.length);
    return this.reader.rowsOf(queries.runInputs, { dataset, runIds });
  }

  @Query(() => Provenance, {
    complexity: 50,
    description: 'From a synapse to exactly the tiles it rests on.',
  })
  async synapseProvenance(
    @Args('dataset') dataset: string,
    @Args('siteId', { type: () => Int64 }) siteId: bigint,
    @Args('type', { defaultValue: 'post', description: 'pre or post' }) type: string,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<Provenance> {
    const { synapseProvenance, synapseProvenanceAt } = queries;
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = { dataset, siteId, type };
    const rows = await this.reader.rowsAt(synapseProvenance, synapseProvenanceAt, asked, pinned);
    return found(rows, `The ${type}synaptic site ${siteId} of "${dataset}"`);
  }

  @Query(() => Provenance, { complexity: 50, description: 'From a neuron to the tiles it rests on.' })
  async neuronProvenance(
    @Args('dataset') dataset: string,
    @Args('bodyId', { type: () => Int64 }) bodyId: bigint,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<Provenance> {
    const { neuronProvenance, neuronProvenanceAt } = queries;
    const pinned = await this.reader.pinned(dataset, revision);
    const rows = await this.reader.rowsAt(neuronProvenance, neuronProvenanceAt, { dataset, bodyId }, pinned);
    return found(rows, `The body ${bodyId} of "${dataset}"`);
  }

  @Query(() => Provenance, {
    complexity: 50,
    description: 'From a connection, through its synapses, to the tiles.',
  })
  async connectionProvenance(
    @Args('dataset') dataset: string,
    @Args('preBodyId', { type: () => Int64 }) preBodyId: bigint,
    @Args('postBodyId', { type: () => Int64 }) postBodyId: bigint,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<Provenance> {
    const { connectionProvenance, connectionProvenanceAt } = queries;
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = { dataset, preBodyId, postBodyId };
    const rows = await this.reader.rowsAt(connectionProvenance, connectionProvenanceAt, asked, pinned);
    return found(rows, `The connection from ${preBodyId} to ${postBodyId} of "${dataset}"`);
  }

  @Query(() => Provenance, {
    complexity: 50,
    description: 'From what a task wrote to the tiles it rests on.',
  })
  async artifactProvenance(
    @Args('dataset') dataset: string,
    @Args('kind') kind: string,
    @Args('key') key: string,
    @Args('hash') hash: string,
  ): Promise<Provenance> {
    const rows = await this.reader.rowsOf(queries.artifactProvenance, { dataset, kind, key, hash });
    return found(rows, `The artefact ${kind} ${key} of "${dataset}"`);
  }

  @Query(() => Impact, { complexity: 100, description: 'What rests on the pixels of a tile.' })
  async tileImpact(
    @Args('dataset') dataset: string,
    @Args('tileId') tileId: string,
    @Args('first', listed) first: number,
  ): Promise<Impact> {
    const rows = await this.reader.rowsOf(queries.tileImpact, {
      dataset,
      tileId,
      limit: requireFirst(first),
    });
    return found(rows, `The tile "${tileId}" of "${dataset}"`);
  }

  @Query(() => Impact, { complexity: 100, description: 'What a model made, and what was made from that.' })
  async modelImpact(
    @Args('dataset') dataset: string,
    @Args('modelHash') modelHash: string,
    @Args('first', listed) first: number,
  ): Promise<Impact> {
    const rows = await this.reader.rowsOf(queries.modelImpact, {
      dataset,
      modelHash,
      limit: requireFirst(first),
    });
    return found(rows, `The model ${modelHash}`);
  }

  @Query(() => Impact, { complexity: 100, description: 'What was made with a parameter set, and from that.' })
  async parametersImpact(
    @Args('dataset') dataset: string,
    @Args('parametersHash') parametersHash: string,
    @Args('first', listed) first: number,
  ): Promise<Impact> {
    const limit = requireFirst(first);
    const rows = await this.reader.rowsOf(queries.parametersImpact, { dataset, parametersHash, limit });
    return found(rows, `The parameter set ${parametersHash}`);
  }
}
