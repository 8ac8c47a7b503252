import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Analyses of the graph with what they found. Imported datasets stand in the graph alone, so none is referred to. */
export class Analyses1700000000020 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE analysis (
        id uuid PRIMARY KEY,
        dataset text NOT NULL,
        revision int NOT NULL CHECK (revision > 0),
        name text NOT NULL,
        parameters jsonb NOT NULL,
        request_hash text NOT NULL UNIQUE CHECK (request_hash ~ '^[0-9a-f]{64}$'),
        state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
        fence int NOT NULL DEFAULT 0,
        progress jsonb,
        summary jsonb,
        result_table bytea,
        error text,
        error_kind text,
        heartbeat_at timestamptz,
        requested_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CHECK (state <> 'done' OR (summary IS NOT NULL AND result_table IS NOT NULL))
      )`);
    await db.query('CREATE INDEX analysis_dataset ON analysis (dataset, requested_at)');
    await db.query(
      `CREATE INDEX analysis_waiting ON analysis (requested_at) WHERE state IN ('queued', 'running')`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE analysis');
  }
}
