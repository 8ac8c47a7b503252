import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

export const revisionKinds = ['run', 'reprocess', 'rollback', 'annotation', 'repair'] as const;

/** What made a revision: a run of all stages or of a region, a return to an earlier one, an edit by a person, a repair. */
export type RevisionKind = (typeof revisionKinds)[number];

/**
 * One state of a dataset. It is `intended` before Neo4j's Head is moved to it and `committed` after; at most the one
 * that follows the head is intended.
 */
@Entity('revision')
export class Revision {
  @PrimaryColumn('text')
  dataset!: string;

  @PrimaryColumn('int')
  revision!: number;

  /** Names the commit in Neo4j too: which attempt at this number Head shows. That of a run is the run's id. */
  @Column('uuid')
  id!: string;

  /** The head it was made on; 0 for the first. */
  @Column('int')
  parent!: number;

  @Column('text')
  kind!: RevisionKind;

  /** The run whose artefacts and parameters hold in it: its own, or that of the revision it restores or was made on. */
  @Column('uuid', { nullable: true })
  run!: string | null;

  /** The revision that a rollback brings back. */
  @Column('int', { nullable: true })
  restores!: number | null;

  @Column('text')
  author!: string;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('text')
  state!: 'intended' | 'committed';

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'committed_at', nullable: true })
  committedAt!: Date | null;
}
