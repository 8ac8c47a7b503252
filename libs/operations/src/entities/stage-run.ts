import type { Environment } from '@stratome/provenance';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A stage of a run, as executed: the six provenance fields, all NOT NULL. Written when the stage is complete. */
@Entity('stage_run')
@Index(['run', 'stage'], { unique: true })
export class StageRun {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  run!: string;

  @Column('text')
  dataset!: string;

  @Column('text')
  stage!: string;

  @Column('text')
  layer!: string;

  @Column('int')
  revision!: number;

  /** Version of the stage that ran; null for runs recorded before it was kept. */
  @Column('int', { name: 'stage_version', nullable: true })
  stageVersion!: number | null;

  @Column('text', { name: 'input_hash' })
  inputHash!: string;

  @Column('text', { name: 'code_commit' })
  codeCommit!: string;

  @Column('boolean', { name: 'code_dirty' })
  codeDirty!: boolean;

  @Column('text', { name: 'model_id' })
  modelId!: string;

  @Column('text', { name: 'model_hash' })
  modelHash!: string;

  @Column('jsonb')
  parameters!: Record<string, unknown>;

  @Column('text', { name: 'parameters_hash' })
  parametersHash!: string;

  @Column('jsonb')
  environment!: Environment;

  @Column('text', { name: 'environment_hash' })
  environmentHash!: string;

  @Column('text', { name: 'output_hash' })
  outputHash!: string;

  @Column('int', { name: 'task_count' })
  taskCount!: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'finished_at' })
  finishedAt!: Date;
}
