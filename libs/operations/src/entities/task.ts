import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type TaskState = 'planned' | 'running' | 'done' | 'failed';

/** A piece of a stage. Its fence is raised by every worker that takes it; only the last one may commit. */
@Entity('task')
@Index(['run', 'stage', 'key'], { unique: true })
@Index(['dataset', 'inputHash'])
export class Task {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  run!: string;

  @Column('text')
  dataset!: string;

  @Column('text')
  stage!: string;

  @Column('text')
  key!: string;

  @Column('text')
  state!: TaskState;

  @Column('int', { default: 0 })
  fence!: number;

  /** What it reads and which box or sections it makes; a TaskPlan of @stratome/pipeline. */
  @Column('jsonb')
  plan!: unknown;

  /** Hash of everything that decides the result; known once inputs were resolved. */
  @Column('text', { name: 'input_hash', nullable: true })
  inputHash!: string | null;

  /** True when an earlier task with the same input hash had made the result. */
  @Column('boolean', { default: false })
  reused!: boolean;

  /** True when a result of that input hash was found and committed as this task's own: nothing was computed. */
  @Column('boolean', { default: false })
  adopted!: boolean;

  @Column('double precision', { name: 'waiting_ms', default: 0 })
  waitingMs!: number;

  @Column('double precision', { name: 'io_ms', default: 0 })
  ioMs!: number;

  @Column('double precision', { name: 'compute_ms', default: 0 })
  computeMs!: number;

  /** Work done, in the stage's unit (voxels, tiles, objects). */
  @Column('double precision', { default: 0 })
  work!: number;

  /** Execution provider that ran the stage's model; null where it has none. */
  @Column('text', { nullable: true })
  provider!: 'cpu' | 'cuda' | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column('timestamptz', { name: 'planned_at' })
  plannedAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
