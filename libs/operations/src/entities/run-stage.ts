import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A stage of a run as planned; its row is what keeps two workers from planning the same stage. */
@Entity('run_stage')
export class RunStage {
  @PrimaryColumn('uuid')
  run!: string;

  @PrimaryColumn('text')
  stage!: string;

  @Column('int', { name: 'task_count' })
  taskCount!: number;

  @Column('timestamptz', { name: 'planned_at' })
  plannedAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
