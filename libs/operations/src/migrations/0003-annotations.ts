import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people say of a dataset, with the revisions it holds in. */
export class Annotations1700000000003 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE annotation (
        row_id bigserial PRIMARY KEY,
        dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
        id bigint NOT NULL CHECK (id > 0),
        kind text NOT NULL CHECK (kind IN ('qualityFlag', 'cellType', 'synapseCorrection')),
        target jsonb NOT NULL,
        payload jsonb NOT NULL,
        from_revision int NOT NULL CHECK (from_revision > 0),
        to_revision int CHECK (to_revision > from_revision),
        author text NOT NULL CHECK (author <> ''),
        note text,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_by text CHECK (ended_by <> ''),
        ended_at timestamptz,
        UNIQUE (dataset, id, from_revision)
      )`);
    await db.query(
      'CREATE UNIQUE INDEX annotation_holds ON annotation (dataset, id) WHERE to_revision IS NULL',
    );
    await db.query('CREATE INDEX annotation_revisions ON annotation (dataset, from_revision, to_revision)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE annotation');
  }
}
