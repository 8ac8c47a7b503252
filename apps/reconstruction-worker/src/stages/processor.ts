import type { Graph } from '@stratome/connectome';
import type { Box } from '@stratome/core';
import type { Model } from '@stratome/inference';
import type { ArtifactRow, Dataset, Run } from '@stratome/operations';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { CodeRevision, Environment } from '@stratome/provenance';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import type { TaskIo } from '../execution/task-io.js';
import type { ParameterGroups } from '../parameter-groups.js';
import type { RunParameters } from '../run-parameters.js';

/** What a stage may look at while it plans its tasks. */
export interface PlanContext {
  readonly dataset: Dataset;
  readonly run: Run;
  readonly parameters: RunParameters;
  /** The parameters of a block, of which a region may have its own; voxels of the aligned volume. */
  parametersIn(block: Box): ParameterGroups;
  /** The model chosen for this run's voxel size; asked for only by stages that declare one. */
  model(task: ModelTask): Promise<ChosenModel>;
  keys(kind: string): Promise<string[]>;
  readManifest<T>(): Promise<T>;
  readJson<T>(kind: string, key: string): Promise<T>;
}

export type ModelTask = 'affinities' | 'synapses';

export interface ChosenModel {
  readonly model: Model;
  /** How much finer the data are than what the model sees, z, y, x; 1,1,1 where they fit as they are. */
  readonly factors: readonly [number, number, number];
}

export interface StageOutcome {
  /** Work done, in the stage's unit. */
  readonly work: number;
  readonly provider?: 'cpu' | 'cuda';
}

export interface ServerOutcome extends StageOutcome {
  readonly artifacts?: readonly { kind: string; key: string; hash: string; bytes: number }[];
}

/** What is on record of a dataset at the revision that a run makes. */
export type RecordedState = Pick<ServerContext, 'db' | 'store' | 'dataset' | 'run'>;

interface StagePlanner {
  /** The parameters the stage depends on, out of the run's. */
  parameters(run: RunParameters): Record<string, unknown>;
  readonly model?: ModelTask;
  plan(context: PlanContext): Promise<TaskPlan[]>;
}

/** A stage whose tasks run in worker threads. */
export interface ThreadProcessor extends StagePlanner {
  run(task: ResolvedTask, io: TaskIo): Promise<StageOutcome>;
}

/** What a stage that talks to servers may use. */
export interface ServerContext {
  readonly db: DataSource;
  readonly graph: Graph;
  readonly store: ObjectStore;
  readonly dataset: Dataset;
  readonly run: Run;
  readonly parameters: RunParameters;
  /** Hash of what decides the task's result. */
  readonly inputHash: string;
  readonly code: CodeRevision;
  readonly environment: Environment;
  artifacts(kind: string): Promise<ArtifactRow[]>;
}

/** A stage that talks to servers instead of computing; it runs in the worker's main thread. */
export interface ServerProcessor extends StagePlanner {
  serve(task: ResolvedTask, context: ServerContext): Promise<ServerOutcome>;
  /** Writes the artefacts that `serve` makes, from the record alone: no server that it serves is asked or changed. */
  recompute(task: ResolvedTask, io: TaskIo, state: RecordedState): Promise<void>;
}

export type StageProcessor = ThreadProcessor | ServerProcessor;
