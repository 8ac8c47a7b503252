import { Inject, Optional } from '@nestjs/common';
import { Args, ArgsType, Field, Mutation, Query, Resolver } from '@nestjs/graphql';
import { StratomeError } from '@stratome/core';
import { failRun, releaseRun, type Run } from '@stratome/operations';
import { stages } from '@stratome/pipeline';
import {
  beginDatasetRun,
  enqueueOpenStages,
  estimateReprocessing,
  planReprocessing,
  type Reprocessing,
} from '@stratome/reconstruction-worker';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import type { RunOffice } from '../reprocessing/run-office.js';
import { databaseToken, runOfficeToken, storeToken } from './tokens.js';
import { namedAxes, toBox, VoxelBoxInput } from './types/places.js';
import { ReprocessEstimate } from './types/reprocessing.js';
import { PipelineRun } from './types/run.js';

/** Workers that have not begun by then do not count as on their way. */
const workersComeWithinMs = 45_000;

@ArgsType()
export class ReprocessArguments {
  @Field() dataset!: string;

  @Field(() => VoxelBoxInput, { description: 'Voxels of the aligned volume; grown to whole blocks.' })
  region!: VoxelBoxInput;

  @Field({ description: 'The stage or layer (L2 to L5) from which on the region is made again.' })
  from!: string;

  @Field(() => [String], { defaultValue: [], description: 'Parameters of the region, group.name=value.' })
  set!: string[];
}

@Resolver()
export class ReprocessingResolver {
  constructor(
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(storeToken) private readonly store: ObjectStore,
    @Optional() @Inject(runOfficeToken) private readonly office?: RunOffice,
  ) {}

  @Query(() => ReprocessEstimate, {
    complexity: 200,
    description: 'What making a region again would cost; changes nothing.',
  })
  async reprocessEstimate(@Args() args: ReprocessArguments): Promise<ReprocessEstimate> {
    const planned = await this.plan(args);
    const { stages: list, ...estimate } = await estimateReprocessing(this.db, planned);
    return {
      ...estimate,
      region: { begin: namedAxes(planned.region.begin), end: namedAxes(planned.region.end) },
      stages: list.map((row) => ({ ...row, workUnit: stages[row.stage].workUnit })),
    };
  }

  @Mutation(() => PipelineRun, {
    complexity: 500,
    description: 'Begins to make a region again, as a new revision; run and runProgress tell how far it is.',
  })
  async reprocess(@Args() args: ReprocessArguments): Promise<PipelineRun> {
    const { dataset, parameters, redo } = await this.plan(args);
    const office = await this.requireWorkers(args);
    const { run } = await beginDatasetRun(office, {
      dataset,
      parameters: { ...parameters, regions: parameters.regions ?? [] },
      redo,
      kind: 'reprocess',
    });
    await this.start(office, run);
    // Workers hold it from their first task on; a run that no worker takes must not bar its dataset for good.
    setTimeout(() => void releaseRun(office.db, run.id), workersComeWithinMs).unref();
    return run;
  }

  private plan({ region, set, ...request }: ReprocessArguments): Promise<Reprocessing> {
    return planReprocessing(this.db, this.store, {
      ...request,
      region: toBox('region', region),
      settings: set,
    });
  }

  /** @throws StratomeError unavailable when nobody would take the tasks */
  private async requireWorkers({
    dataset,
    from,
    set,
    region: { begin, end },
  }: ReprocessArguments): Promise<RunOffice> {
    if (this.office && (this.office.wakeWorkers || (await this.office.workers()) > 0)) return this.office;
    const corner = ({ z, y, x }: VoxelBoxInput['begin']) => `${z},${y},${x}`;
    const settings = set.map((setting) => ` --set ${setting}`).join('');
    throw new StratomeError(
      'unavailable',
      'There is no worker that would do it.',
      `Type npx stratome reprocess ${dataset} --region ${corner(begin)}:${corner(end)} --from ${from}${settings}`,
    );
  }

  /** Queues a run's tasks; what cannot be queued is no run that others would wait for. */
  private async start(office: RunOffice, run: Run): Promise<void> {
    try {
      await enqueueOpenStages(office, run.id);
      office.wakeWorkers?.(run.id);
    } catch (cause) {
      await failRun(this.db, run.id, `It could not be queued: ${(cause as Error).message}`, 'unavailable');
      throw new StratomeError(
        'unavailable',
        'Redis cannot be reached; nothing was begun.',
        'Look at npx stratome status.',
        {
          cause,
        },
      );
    }
  }
}
