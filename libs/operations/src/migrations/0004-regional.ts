import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a run makes anew although it was made before, and tasks whose result was found and committed once more. */
export class Regional1700000000004 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE run ADD COLUMN redo jsonb');
    await db.query('ALTER TABLE task ADD COLUMN adopted boolean NOT NULL DEFAULT false');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE task DROP COLUMN adopted');
    await db.query('ALTER TABLE run DROP COLUMN redo');
  }
}
