import type { ArtifactRef, StageRunRow } from '@stratome/connectome';
import { StratomeError } from '@stratome/core';
import { loadModelCard, type ModelCard } from '@stratome/inference';
import { stageRunId, stageRunsOf, type Run, type StageRun } from '@stratome/operations';
import { stages, type Layer, type StageName } from '@stratome/pipeline';
import {
  artifactSetHash,
  environmentHash,
  noModel,
  parametersHash,
  requireComplete,
  stageInputHash,
  type CodeRevision,
  type Environment,
} from '@stratome/provenance';
import type { DataSource } from 'typeorm';
import type { Lineage } from './graph-lineage.js';

/** The card of a model as it was used; undefined when the model is gone or is another by now. */
async function cardOf(stageRun: StageRun, lineage: Lineage): Promise<ModelCard | undefined> {
  const place = lineage.modelDirectories.get(stageRun.modelHash) ?? stageRun.modelId;
  // The graph must not be lost with a model that an earlier revision used: its id and hash still say which it was.
  const model = await loadModelCard(place).catch(() => undefined);
  return model?.card.sha256 === stageRun.modelHash ? model.card : undefined;
}

async function rowOf(stageRun: StageRun, lineage: Lineage): Promise<StageRunRow> {
  const execution = lineage.executions.find((e) => e.runId === stageRun.run && e.stage === stageRun.stage);
  const card = stageRun.modelId === noModel.id ? undefined : await cardOf(stageRun, lineage);
  return {
    runId: stageRun.id,
    stage: stageRun.stage,
    stageVersion: stageRun.stageVersion ?? undefined,
    layer: stageRun.layer as Layer,
    revision: BigInt(stageRun.revision),
    inputHash: stageRun.inputHash,
    code: { commit: stageRun.codeCommit, dirty: stageRun.codeDirty },
    model: { id: stageRun.modelId, hash: stageRun.modelHash, card, licence: card?.licence.weights },
    parameters: { hash: stageRun.parametersHash, values: stageRun.parameters },
    environment: {
      hash: stageRun.environmentHash,
      values: stageRun.environment,
      executionProvider: stageRun.environment.executionProvider,
    },
    outputHash: stageRun.outputHash,
    startedAt: stageRun.startedAt.toISOString(),
    finishedAt: stageRun.finishedAt.toISOString(),
    used: [...(execution?.used.values() ?? [])],
    generated: [...(execution?.generated.values() ?? [])],
  };
}

export interface StageRuns {
  readonly rows: readonly StageRunRow[];
  /** Id of the present run's execution of a stage. @throws StratomeError internal when it is not complete */
  idOf(stage: StageName): string;
}

/**
 * The stage runs of `run`, and those of earlier ones whose artefacts still stand.
 *
 * @throws StratomeError internal when a stage that made an artefact left no record
 */
export async function readStageRuns(db: DataSource, run: Run, lineage: Lineage): Promise<StageRuns> {
  const runIds = new Set([run.id, ...lineage.executions.map((e) => e.runId)]);
  const all = (await Promise.all([...runIds].map((id) => stageRunsOf(db, id)))).flat();
  const find = (runId: string, stage: string): StageRun => {
    const found = all.find((r) => r.run === runId && r.stage === stage);
    if (found) return found;
    throw new StratomeError('internal', `Stage ${stage} of run ${runId} left no record of how it was run.`);
  };
  const standing = new Set(lineage.executions.map((e) => find(e.runId, e.stage).id));
  const told = all.filter((r) => r.stage !== 'graph' && (r.run === run.id || standing.has(r.id)));
  return {
    rows: await Promise.all(told.map((stageRun) => rowOf(stageRun, lineage))),
    idOf: (stage) => find(run.id, stage).id,
  };
}

/** What is known of a stage's execution while it is under way. */
export interface ExecutionUnderWay {
  readonly run: Run;
  readonly stage: StageName;
  readonly plannedAt: Date;
  /** Of its one task. */
  readonly inputHash: string;
  readonly code: CodeRevision;
  readonly environment: Environment;
  readonly parameters: Record<string, unknown>;
}

/**
 * The record of a stage that has one task and no model, before the queue commits it: the same six fields under the
 * same id. It counts as finished when this is written.
 */
export function ownStageRun(
  { run, stage, plannedAt, inputHash, code, environment, parameters }: ExecutionUnderWay,
  used: readonly ArtifactRef[],
  generated: readonly ArtifactRef[],
): StageRunRow {
  const record = requireComplete({
    inputHash: stageInputHash([inputHash]),
    code,
    model: noModel,
    parameters,
    environment,
    outputHash: artifactSetHash(generated),
  });
  return {
    runId: stageRunId(run.id, stage),
    stage,
    stageVersion: stages[stage].version,
    layer: stages[stage].layer,
    revision: BigInt(run.revision),
    inputHash: record.inputHash,
    code: record.code,
    model: record.model,
    parameters: { hash: parametersHash(record.parameters), values: record.parameters },
    environment: {
      hash: environmentHash(record.environment),
      values: record.environment,
      executionProvider: record.environment.executionProvider,
    },
    outputHash: record.outputHash,
    startedAt: plannedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    used,
    generated,
  };
}
