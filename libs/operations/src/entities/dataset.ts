import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A dataset: one stack of sections and everything made from it. */
@Entity('dataset')
export class Dataset {
  /** Letters, digits and underscores, a letter first: it is composed into Neo4j labels. */
  @PrimaryColumn('text')
  name!: string;

  /** z, y, x in nanometres. */
  @Column('double precision', { array: true, name: 'voxel_nm' })
  voxelNm!: [number, number, number];

  /** Directory the tiles came from. */
  @Column('text', { name: 'source_path' })
  sourcePath!: string;

  /** SHA-256 of the tile manifest. */
  @Column('text', { name: 'manifest_hash' })
  manifestHash!: string;

  /** Directory of the phantom's truth; null for real tissue. */
  @Column('text', { name: 'truth_path', nullable: true })
  truthPath!: string | null;

  /** The revision readers see; 0 before the first run is complete. Neo4j's Head is the commit point. */
  @Column('int', { name: 'head_revision', default: 0 })
  headRevision!: number;

  /** The run that may write; null when none does. */
  @Column('uuid', { name: 'writing_run', nullable: true })
  writingRun!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
