import type { AnnotationKind } from '@stratome/annotations';
import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * Something a person says of a dataset, as it held from `fromRevision` up to but without `toRevision`. An annotation
 * that was ended and restored has a row for each time it held, all of one id.
 */
@Entity('annotation')
@Index(['dataset', 'id', 'fromRevision'], { unique: true })
export class AnnotationRow {
  @PrimaryGeneratedColumn({ type: 'bigint', name: 'row_id' })
  rowId!: string;

  @Column('text')
  dataset!: string;

  @Column('bigint')
  id!: string;

  @Column('text')
  kind!: AnnotationKind;

  /** Where it is; `annotationContent` of @stratome/annotations says what stands here for each kind. */
  @Column('jsonb')
  target!: Record<string, unknown>;

  @Column('jsonb')
  payload!: Record<string, unknown>;

  @Column('int', { name: 'from_revision' })
  fromRevision!: number;

  @Column('int', { name: 'to_revision', nullable: true })
  toRevision!: number | null;

  @Column('text')
  author!: string;

  @Column('text', { nullable: true })
  note!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'ended_by', nullable: true })
  endedBy!: string | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
