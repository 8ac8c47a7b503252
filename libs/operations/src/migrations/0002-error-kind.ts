import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why a run failed, so that the command ends with the exit code of what its worker met. */
export class ErrorKind1700000000002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE run ADD COLUMN error_kind text
        CHECK (error_kind IN ('internal', 'badInput', 'notFound', 'conflict', 'unavailable', 'corrupt'))`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE run DROP COLUMN error_kind');
  }
}
