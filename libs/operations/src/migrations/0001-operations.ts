import type { MigrationInterface, QueryRunner } from 'typeorm';

const sha256 = (column: string) => `CHECK (${column} ~ '^[0-9a-f]{64}$')`;

export class Operations1700000000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE dataset (
        name text PRIMARY KEY CHECK (name ~ '^[A-Za-z][A-Za-z0-9_]{0,62}$'),
        voxel_nm double precision[] NOT NULL CHECK (array_length(voxel_nm, 1) = 3),
        source_path text NOT NULL,
        manifest_hash text NOT NULL ${sha256('manifest_hash')},
        truth_path text,
        head_revision int NOT NULL DEFAULT 0,
        writing_run uuid,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await db.query(`
      CREATE TABLE run (
        id uuid PRIMARY KEY,
        dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
        revision int NOT NULL CHECK (revision > 0),
        state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
        parameters jsonb NOT NULL,
        input_hash text NOT NULL ${sha256('input_hash')},
        error text,
        heartbeat_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      )`);
    await db.query('CREATE INDEX run_dataset_revision ON run (dataset, revision)');
    await db.query(`
      CREATE TABLE run_stage (
        run uuid NOT NULL REFERENCES run ON DELETE CASCADE,
        stage text NOT NULL,
        task_count int NOT NULL,
        planned_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        PRIMARY KEY (run, stage)
      )`);
    await db.query(`
      CREATE TABLE task (
        id uuid PRIMARY KEY,
        run uuid NOT NULL REFERENCES run ON DELETE CASCADE,
        dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
        stage text NOT NULL,
        key text NOT NULL,
        state text NOT NULL CHECK (state IN ('planned', 'running', 'done', 'failed')),
        fence int NOT NULL DEFAULT 0,
        plan jsonb NOT NULL,
        input_hash text ${sha256('input_hash')},
        reused boolean NOT NULL DEFAULT false,
        waiting_ms double precision NOT NULL DEFAULT 0,
        io_ms double precision NOT NULL DEFAULT 0,
        compute_ms double precision NOT NULL DEFAULT 0,
        work double precision NOT NULL DEFAULT 0,
        provider text CHECK (provider IN ('cpu', 'cuda')),
        error text,
        planned_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        UNIQUE (run, stage, key),
        CHECK (state <> 'done' OR input_hash IS NOT NULL)
      )`);
    await db.query('CREATE INDEX task_input_hash ON task (dataset, input_hash)');
    await db.query(`
      CREATE TABLE stage_run (
        id uuid PRIMARY KEY,
        run uuid NOT NULL REFERENCES run ON DELETE CASCADE,
        dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
        stage text NOT NULL,
        layer text NOT NULL CHECK (layer IN ('L1', 'L2', 'L3', 'L4', 'L5')),
        revision int NOT NULL,
        input_hash text NOT NULL ${sha256('input_hash')},
        code_commit text NOT NULL CHECK (code_commit <> ''),
        code_dirty boolean NOT NULL,
        model_id text NOT NULL CHECK (model_id <> ''),
        model_hash text NOT NULL ${sha256('model_hash')},
        parameters jsonb NOT NULL,
        parameters_hash text NOT NULL ${sha256('parameters_hash')},
        environment jsonb NOT NULL,
        environment_hash text NOT NULL ${sha256('environment_hash')},
        output_hash text NOT NULL ${sha256('output_hash')},
        task_count int NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz NOT NULL,
        UNIQUE (run, stage)
      )`);
    await db.query(`
      CREATE TABLE artifact (
        id bigserial PRIMARY KEY,
        dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
        kind text NOT NULL,
        key text NOT NULL,
        hash text NOT NULL ${sha256('hash')},
        bytes bigint NOT NULL CHECK (bytes >= 0),
        from_revision int NOT NULL,
        to_revision int CHECK (to_revision > from_revision),
        task uuid NOT NULL REFERENCES task,
        input_hash text NOT NULL ${sha256('input_hash')},
        UNIQUE (dataset, kind, key, from_revision)
      )`);
    await db.query('CREATE INDEX artifact_task ON artifact (task)');
    await db.query('CREATE INDEX artifact_hash ON artifact (hash)');
    await db.query(`
      CREATE TABLE task_input (
        id bigserial PRIMARY KEY,
        task uuid NOT NULL REFERENCES task ON DELETE CASCADE,
        kind text NOT NULL,
        key text NOT NULL,
        hash text NOT NULL ${sha256('hash')},
        role text NOT NULL CHECK (role IN ('pixels', 'parameters'))
      )`);
    await db.query('CREATE INDEX task_input_task ON task_input (task)');
    await db.query('CREATE INDEX task_input_content ON task_input (hash)');
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['task_input', 'artifact', 'stage_run', 'task', 'run_stage', 'run', 'dataset']) {
      await db.query(`DROP TABLE ${table}`);
    }
  }
}
