import type { ErrorKind } from '@stratome/core';
import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** Part of a dataset that a run makes anew although its inputs are known: a block that was made wrongly, for one. */
export interface Redo {
  /** Stages concerned. */
  readonly stages: readonly string[];
  /** Tasks that make a block which meets this box; voxels of the aligned volume, half-open, z, y, x. */
  readonly box: { readonly begin: readonly number[]; readonly end: readonly number[] };
}

export type RunState = 'running' | 'done' | 'failed';

/** One passage of a dataset through the stages; a complete run makes a revision. */
@Entity('run')
@Index(['dataset', 'revision'])
export class Run {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  dataset!: string;

  /** The revision this run makes. */
  @Column('int')
  revision!: number;

  @Column('text')
  state!: RunState;

  /** Parameters of every stage by group, and those that hold in regions. */
  @Column('jsonb')
  parameters!: Record<string, unknown>;

  /** Null when everything that is known may be used again. */
  @Column('jsonb', { nullable: true })
  redo!: Redo | null;

  /** Hash of manifest, parameters and models: a run with the same hash would make the same. */
  @Column('text', { name: 'input_hash' })
  inputHash!: string;

  /** One sentence, when the run failed. */
  @Column('text', { nullable: true })
  error!: string | null;

  @Column('text', { name: 'error_kind', nullable: true })
  errorKind!: ErrorKind | null;

  @Column('timestamptz', { name: 'heartbeat_at' })
  heartbeatAt!: Date;

  @CreateDateColumn({ type: 'timestamptz', name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
