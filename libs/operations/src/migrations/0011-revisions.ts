import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Revisions that runs do not make as well: rollbacks, annotations, repairs. */
export class Revisions1700000000011 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE revision (
        dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
        revision int NOT NULL CHECK (revision > 0),
        id uuid NOT NULL UNIQUE,
        parent int NOT NULL CHECK (parent >= 0 AND parent < revision),
        kind text NOT NULL CHECK (kind IN ('run', 'reprocess', 'rollback', 'annotation', 'repair')),
        run uuid REFERENCES run ON DELETE CASCADE,
        restores int CHECK (restores > 0 AND restores < revision),
        author text NOT NULL CHECK (author <> ''),
        note text,
        state text NOT NULL CHECK (state IN ('intended', 'committed')),
        created_at timestamptz NOT NULL DEFAULT now(),
        committed_at timestamptz,
        PRIMARY KEY (dataset, revision),
        CHECK ((kind = 'rollback') = (restores IS NOT NULL)),
        CHECK ((state = 'committed') = (committed_at IS NOT NULL))
      )`);
    await db.query('CREATE INDEX revision_run ON revision (run)');
    await db.query('CREATE INDEX artifact_from ON artifact (dataset, from_revision)');
    await db.query('CREATE INDEX artifact_to ON artifact (dataset, to_revision)');
    await db.query(`
      INSERT INTO revision (dataset, revision, id, parent, kind, run, author, state, created_at, committed_at)
      SELECT r.dataset, r.revision, r.id, r.revision - 1, 'run', r.id, 'unknown',
             CASE WHEN r.revision <= d.head_revision THEN 'committed' ELSE 'intended' END, r.started_at,
             CASE WHEN r.revision <= d.head_revision THEN coalesce(r.finished_at, r.started_at) END
      FROM run r JOIN dataset d ON d.name = r.dataset
      ON CONFLICT DO NOTHING`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX artifact_from');
    await db.query('DROP INDEX artifact_to');
    await db.query('DROP TABLE revision');
  }
}
