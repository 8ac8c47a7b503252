import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import { badInput, notFound } from '@stratome/core';
import { requireFirst } from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { Int64 } from './int64.scalar.js';
import {
  ChangeInput,
  ModelResults,
  RevisionRunDifference,
  Stale,
  StageRunDifference,
} from './types/change.js';
import { Provenance } from './types/provenance.js';

const listed = { type: () => Int, defaultValue: 100, description: 'Listed of each kind; at most 1000.' };
const int = { type: () => Int };

/** Questions about what made a dataset, and about what would follow if that were another. */
@Resolver()
export class LineageResolver {
  constructor(private readonly reader: GraphReader) {}

  @Query(() => StageRunDifference, {
    complexity: 20,
    description: 'Which of the six fields of two stage runs differ, and which parameters.',
  })
  async stageRunDifference(
    @Args('dataset') dataset: string,
    @Args('runId') runId: string,
    @Args('otherRunId') otherRunId: string,
  ): Promise<StageRunDifference> {
    const [row] = await this.reader.rowsOf(queries.stageRunDifference, { dataset, runId, otherRunId });
    if (row) return row;
    throw notFound(`"${dataset}" has no stage runs ${runId} and ${otherRunId}.`, 'stageRuns lists them.');
  }

  @Query(() => [RevisionRunDifference], {
    complexity: 100,
    description: 'Stages whose runs behind two revisions differ; only revisions that the graph keeps.',
  })
  revisionRunDifference(
    @Args('dataset') dataset: string,
    @Args('revision', { type: () => Int64 }) revision: bigint,
    @Args('otherRevision', { type: () => Int64 }) otherRevision: bigint,
  ): Promise<RevisionRunDifference[]> {
    return this.reader.rowsOf(queries.revisionRunDifference, { dataset, revision, otherRevision });
  }

  @Query(() => Stale, { complexity: 200, description: 'What may be another if something changes.' })
  async staleIf(
    @Args('dataset') dataset: string,
    @Args('change') change: ChangeInput,
    @Args('first', listed) first: number,
  ): Promise<Stale> {
    const rows = await this.askStale({ dataset, limit: requireFirst(first) }, change);
    if (rows[0]) return rows[0];
    await this.reader.dataset(dataset);
    throw notFound(`Nothing of "${dataset}" used ${JSON.stringify(change)}.`);
  }

  private askStale(asked: { dataset: string; limit: number }, change: ChangeInput): Promise<Stale[]> {
    const { tileId, modelHash, stage, parameter, valueJson, codeRevision, environmentHash } = change;
    const { kind, key, hash } = change;
    if (tileId) return this.reader.run(queries.staleIfTile, { ...asked, tileId });
    if (modelHash) return this.reader.run(queries.staleIfModel, { ...asked, modelHash });
    if (environmentHash) return this.reader.run(queries.staleIfEnvironment, { ...asked, environmentHash });
    if (codeRevision)
      return this.reader.run(queries.staleIfCode, { ...asked, codeRevision, stage: stage ?? null });
    if (stage && parameter) {
      const of = { ...asked, stage, parameter, value: valueJson ?? null };
      return this.reader.run(queries.staleIfParameter, of);
    }
    if (kind && key && hash) return this.reader.run(queries.staleIfArtifact, { ...asked, kind, key, hash });
    throw badInput(
      'The change names nothing.',
      'Give tileId, modelHash, stage and parameter, codeRevision, environmentHash, or kind, key and hash.',
    );
  }

  @Query(() => [ModelResults], {
    complexity: 200,
    description: 'Every result that ever used a model, of past revisions that the graph keeps too.',
  })
  async resultsOfModel(
    @Args('dataset') dataset: string,
    @Args('modelHash') modelHash: string,
    @Args('first', listed) first: number,
  ): Promise<ModelResults[]> {
    const limit = requireFirst(first);
    const rows = await this.reader.rowsOf(queries.resultsOfModel, { dataset, modelHash, limit });
    if (rows.length > 0) return rows;
    throw notFound(`Nothing of "${dataset}" used the model ${modelHash}.`);
  }

  @Query(() => Provenance, {
    complexity: 50,
    description: 'From a chunk of a volume to the tiles it rests on.',
  })
  async chunkProvenance(
    @Args('dataset') dataset: string,
    @Args('volume', { description: 'em, segmentation, …' }) volume: string,
    @Args('mip', int) mip: number,
    @Args('z', int) z: number,
    @Args('y', int) y: number,
    @Args('x', int) x: number,
  ): Promise<Provenance> {
    const asked = { dataset, volume, mip, z, y, x };
    const [row] = await this.reader.rowsOf(queries.chunkProvenance, asked);
    if (row) return row;
    throw notFound(`"${dataset}" has no chunk ${z}/${y}/${x} of ${volume} at mip ${mip}.`);
  }
}
