import type { ErrorKind } from '@stratome/core';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

export type AnalysisState = 'queued' | 'running' | 'done' | 'failed';

/** How far an analysis has come: what it is at, and how much of that is done. */
export interface AnalysisProgress {
  readonly phase: string;
  readonly done: number;
  /** 0 where it is not known. */
  readonly total: number;
}

/** An analysis of a dataset's connections as they stood at a revision, with what it found. */
@Entity('analysis')
export class Analysis {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  dataset!: string;

  /** The revision that was read. */
  @Column('int')
  revision!: number;

  @Column('text')
  name!: string;

  /** All of them, seed and quality mask included. */
  @Column('jsonb')
  parameters!: Record<string, unknown>;

  /** Hash of dataset, its identity, revision, name, version and parameters: equal requests have one result. */
  @Column('text', { name: 'request_hash' })
  requestHash!: string;

  @Column('text')
  state!: AnalysisState;

  /** Raised by whoever takes it; results of an earlier holder are refused. */
  @Column('int')
  fence!: number;

  @Column('jsonb', { nullable: true })
  progress!: AnalysisProgress | null;

  /** Figures of the whole. */
  @Column('jsonb', { nullable: true })
  summary!: Record<string, number | string | null> | null;

  /** The table, an Arrow IPC stream. Not read unless asked for. */
  @Column('bytea', { name: 'result_table', nullable: true, select: false })
  resultTable!: Buffer | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column('text', { name: 'error_kind', nullable: true })
  errorKind!: ErrorKind | null;

  @Column('timestamptz', { name: 'heartbeat_at', nullable: true })
  heartbeatAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'requested_at' })
  requestedAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
