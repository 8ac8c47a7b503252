import { refId, type ArtifactRef, type ArtifactRow, type LoadRecord } from '@stratome/connectome';
import type { CellMeasurement } from '@stratome/core';
import type { ResolvedTask } from '@stratome/pipeline';
import { TaskIo } from '../execution/task-io.js';
import type { Geometry } from './geometry.js';
import type { Lineage } from './graph-lineage.js';
import { measurementRows } from './graph-rows.js';
import { ownStageRun, type ExecutionUnderWay } from './graph-runs.js';
import type { ServerContext } from './processor.js';

/** What the stage writes of its own execution: its measurements, and the run that made them. */
export class OwnRecord {
  artifacts: TaskIo['written'] = [];
  private readonly underWay: ExecutionUnderWay;
  private readonly used: ArtifactRef[];

  constructor(
    private readonly task: ResolvedTask,
    private readonly context: ServerContext,
    lineage: Lineage,
    plannedAt: Date,
  ) {
    const { run, inputHash, code, environment } = context;
    this.underWay = {
      run,
      stage: 'graph',
      plannedAt,
      inputHash,
      code,
      environment,
      parameters: task.parameters,
    };
    const used = new Map<string, ArtifactRef>();
    for (const [kind, inputs] of task.inputs) {
      for (const [key, { hash }] of inputs) {
        const from = lineage.resolve({ kind, key, hash });
        used.set(refId(from), from);
      }
    }
    this.used = [...used.values()];
  }

  /** Called anew when the transaction around it is repeated. */
  async write(measures: readonly CellMeasurement[], g: Geometry): Promise<LoadRecord> {
    const io = new TaskIo(this.context.store, this.task);
    await io.measure(measures);
    this.artifacts = io.written;
    const artifacts: ArtifactRow[] = io.written.map(({ kind, key, hash, bytes }) => ({
      kind,
      key,
      hash,
      layer: 'L5',
      sizeBytes: BigInt(bytes),
      pixelsFrom: [],
      parametersFrom: this.used,
    }));
    const generated = artifacts.map(({ kind, key, hash }) => ({ kind, key, hash }));
    const stageRun = ownStageRun(this.underWay, this.used, generated);
    return { stageRun, artifacts, measurements: measurementRows(measures, stageRun.runId, g) };
  }
}
