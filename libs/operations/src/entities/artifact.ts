import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * A stored result: (dataset, kind, key) reads content `hash` from revision `fromRevision` on, up to but without
 * `toRevision`. A chunk of a volume, a transform, an edge table, a skeleton are all artefacts.
 */
@Entity('artifact')
@Index(['dataset', 'kind', 'key', 'fromRevision'], { unique: true })
@Index(['task'])
export class Artifact {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: string;

  @Column('text')
  dataset!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  key!: string;

  /** SHA-256 of the decoded content: its name in the object store. */
  @Column('text')
  hash!: string;

  /** Decoded size in bytes; 0 marks a chunk of nothing but fill value, which has no object. */
  @Column('bigint')
  bytes!: string;

  @Column('int', { name: 'from_revision' })
  fromRevision!: number;

  @Column('int', { name: 'to_revision', nullable: true })
  toRevision!: number | null;

  /** The task that made it. */
  @Column('uuid')
  task!: string;

  /** Hash of everything that decided it. */
  @Column('text', { name: 'input_hash' })
  inputHash!: string;
}

/** What a task read: the lineage of everything it wrote. */
@Entity('task_input')
@Index(['task'])
@Index(['hash'])
export class TaskInput {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: string;

  @Column('uuid')
  task!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  key!: string;

  @Column('text')
  hash!: string;

  /** `pixels`: its content is in the result; `parameters`: something was estimated from it. */
  @Column('text')
  role!: 'pixels' | 'parameters';
}
