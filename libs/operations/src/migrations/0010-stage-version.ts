import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which version of its stage a run executed; null for runs recorded before it was kept. */
export class StageVersion1700000000010 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE stage_run ADD COLUMN stage_version int CHECK (stage_version > 0)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE stage_run DROP COLUMN stage_version');
  }
}
