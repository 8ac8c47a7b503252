import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hashJson } from '@stratome/core';
import {
  artifactsAt,
  asOnlyWriter,
  beginRun,
  commitReused,
  commitTask,
  completeRunWithInput,
  failRun,
  findEarlierResult,
  finishRun,
  finishStage,
  holdRun,
  inTurn,
  latestRun,
  openDatabase,
  planStage,
  registerDataset,
  releaseRun,
  removeDataset,
  requireDataset,
  requireHeld,
  Run,
  stageLineage,
  stageRunsOf,
  takeTask,
  Task,
  type WrittenArtifact,
} from '@stratome/operations';
import { captureEnvironment, noModel } from '@stratome/provenance';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

let db: DataSource;
let name: string;

beforeAll(async () => {
  db = await openDatabase(process.env.POSTGRES_URL!);
});
afterAll(() => db.destroy());

beforeEach(async () => {
  name = `ops_${randomUUID().replaceAll('-', '')}`;
  await registerDataset(db, {
    name,
    voxelNm: [10, 10, 10],
    sourcePath: '/tiles',
    manifestHash: hashJson(name),
  });
  return () => removeDataset(db, name);
});

const begin = (inputs = 'same') =>
  beginRun(db, { dataset: name, parameters: {}, inputHash: hashJson(inputs) });
const artifact = (key: string, content: string, bytes = 4): WrittenArtifact => ({
  kind: 'em/0',
  key,
  hash: hashJson(content),
  bytes,
});

async function plan(run: Run, keys: string[]): Promise<string[]> {
  return planStage(
    db,
    run,
    'render',
    keys.map((key) => ({ key, plan: {} })),
  );
}

async function work(
  run: Run,
  taskId: string,
  artifacts: WrittenArtifact[],
  inputs = 'inputs',
): Promise<boolean> {
  const task = await takeTask(db, taskId);
  return commitTask(db, {
    taskId,
    fence: task!.fence,
    revision: run.revision,
    inputHash: hashJson([inputs, artifacts.map((a) => a.key)]),
    inputs: [{ kind: 'tile', key: '0', hash: hashJson('tile'), role: 'pixels' }],
    artifacts,
    waitingMs: 1,
    ioMs: 2,
    computeMs: 3,
    work: 4,
  });
}

const record = () => ({
  inputHash: hashJson('in'),
  code: { commit: 'abc', dirty: false },
  model: noModel,
  parameters: {},
  environment: captureEnvironment(import.meta.url, 'none' as const),
  outputHash: hashJson('out'),
});

async function complete(run: Run, taskId: string, content: string, inputs = content): Promise<void> {
  await work(run, taskId, [artifact('0/0/0', content)], inputs);
  await finishStage(db, { run, stage: 'render', stageVersion: 1, layer: 'L2', record: record() });
  await finishRun(db, run.id);
}

describe('writing a dataset', () => {
  it('is refused while another run writes it, and allowed once that run has ended', async () => {
    const { run } = await begin();
    await expect(begin()).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining(name) });
    await failRun(db, run.id, 'stopped');
    expect((await begin()).resumed).toBe(true);
  });

  it('keeps why a run failed until it is taken up again', async () => {
    const { run } = await begin();
    await failRun(db, run.id, 'The disk is full.', 'unavailable');
    // Only what ended the run counts, not what fails in its wake.
    await failRun(db, run.id, 'Stopped.');
    const failed = { state: 'failed', error: 'The disk is full.', errorKind: 'unavailable' };
    expect(await latestRun(db, name)).toMatchObject(failed);
    await begin();
    expect(await latestRun(db, name)).toMatchObject({ state: 'running', error: null, errorKind: null });
  });

  /** Another process that works on a run, until it is killed. */
  async function heldElsewhere(runId: string): Promise<ChildProcess> {
    const script = `
      import { holdRun, openDatabase } from '@stratome/operations';
      const db = await openDatabase(process.env.POSTGRES_URL);
      await holdRun(db, process.argv[1]);
      console.log('held');`;
    const args = ['--input-type=module', '-e', script, runId];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout!, 'data');
    return child;
  }

  const kill = async (child: ChildProcess) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  it('may be taken over at once when all who worked on the run are dead, and not before', async () => {
    const { run } = await begin();
    const others = [await heldElsewhere(run.id), await heldElsewhere(run.id)];
    await releaseRun(db, run.id);
    await kill(others[0]);
    await expect(begin()).rejects.toMatchObject({ kind: 'conflict' });
    await expect(asOnlyWriter(db, name, async () => {})).rejects.toMatchObject({ kind: 'conflict' });
    await kill(others[1]);
    // PostgreSQL frees what a killed process held as soon as it sees its connection closed.
    const takenOver = await vi.waitFor(() => begin(), { timeout: 10_000, interval: 100 });
    expect(takenOver).toMatchObject({ run: { id: run.id }, resumed: true });
  });

  it('is still refused when the connections of those who work on the run drop', async () => {
    const { run } = await begin();
    const drop = () =>
      db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stratome run'`,
      );
    for (let time = 0; time < 3; time++) {
      expect((await drop()).length).toBeGreaterThan(0);
      await expect(begin()).rejects.toMatchObject({ kind: 'conflict' });
    }
    await requireHeld(db, run.id);
    await failRun(db, run.id, 'stopped');
    await expect(requireHeld(db, run.id)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('is given up by one who was out of touch when another run began', async () => {
    const { run } = await begin('first');
    const other = await openDatabase(process.env.POSTGRES_URL!);
    await holdRun(other, run.id);
    await failRun(db, run.id, 'stopped');
    const { run: next } = await begin('second');
    await expect(requireHeld(other, run.id)).rejects.toMatchObject({ kind: 'conflict' });
    await requireHeld(db, next.id);
    await other.destroy();
  });

  it('may be taken over from a run that nobody holds', async () => {
    const { run } = await begin();
    await releaseRun(db, run.id);
    expect((await begin()).run.id).toBe(run.id);
  });

  it('drops what a stopped run left when the next one would make something else', async () => {
    const { run } = await begin('first');
    const [task] = await plan(run, ['a']);
    await work(run, task, [artifact('0/0/0', 'x')]);
    await failRun(db, run.id, 'stopped');
    const second = await begin('second');
    expect(second.resumed).toBe(false);
    expect(await artifactsAt(db, name, second.run.revision, 'em/0')).toEqual([]);
  });

  it('refuses a name that is taken by other tiles', async () => {
    const other = {
      name,
      voxelNm: [10, 10, 10] as const,
      sourcePath: '/other',
      manifestHash: hashJson('other'),
    };
    await expect(registerDataset(db, other)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('names the datasets there are when one is unknown', async () => {
    await expect(requireDataset(db, 'nowhere')).rejects.toThrow(/no dataset "nowhere"/);
  });
});

describe('a task', () => {
  it('is planned once, however often its stage is planned', async () => {
    const { run } = await begin();
    const ids = await plan(run, ['a', 'b']);
    expect(await plan(run, ['a', 'b'])).toEqual(ids);
  });

  it('cannot be committed by a worker that lost it', async () => {
    const { run } = await begin();
    const [id] = await plan(run, ['a']);
    const slow = await takeTask(db, id);
    expect(await work(run, id, [artifact('0/0/0', 'fast')])).toBe(true);
    const late = await commitTask(db, {
      taskId: id,
      fence: slow!.fence,
      revision: run.revision,
      inputHash: hashJson('late'),
      inputs: [],
      artifacts: [artifact('0/0/0', 'slow')],
      waitingMs: 0,
      ioMs: 0,
      computeMs: 0,
      work: 0,
    });
    expect(late).toBe(false);
    expect((await artifactsAt(db, name, 1, 'em/0'))[0].hash).toBe(hashJson('fast'));
  });

  it('is not taken again when it is done', async () => {
    const { run } = await begin();
    const [id] = await plan(run, ['a']);
    await work(run, id, [artifact('0/0/0', 'x')]);
    expect(await takeTask(db, id)).toBeUndefined();
  });
});

it('does what goes by one name one after another, and others meanwhile', async () => {
  const said: string[] = [];
  const act = (who: string, after: Promise<unknown>) => async () => {
    said.push(`${who} begins`);
    await after;
    said.push(`${who} ends`);
  };
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const first = inTurn(db, name, act('first', held));
  await vi.waitFor(() => expect(said).toEqual(['first begins']));
  const second = inTurn(db, name, act('second', Promise.resolve()));
  await inTurn(db, `${name} other`, act('other', Promise.resolve()));
  release();
  await Promise.all([first, second]);
  expect(said).toEqual([
    'first begins',
    'other begins',
    'other ends',
    'first ends',
    'second begins',
    'second ends',
  ]);
});

describe('revisions', () => {
  it('keep what they read when a later one replaces it', async () => {
    const first = (await begin('first')).run;
    await complete(first, (await plan(first, ['a']))[0], 'old');
    const second = (await begin('second')).run;
    await complete(second, (await plan(second, ['a']))[0], 'new');
    expect((await artifactsAt(db, name, 1, 'em/0'))[0].hash).toBe(hashJson('old'));
    expect((await artifactsAt(db, name, 2, 'em/0'))[0].hash).toBe(hashJson('new'));
  });

  it('end what the stage no longer makes', async () => {
    const first = (await begin('first')).run;
    const [a, b] = await plan(first, ['a', 'b']);
    await work(first, a, [artifact('0/0/1', 'gone')], 'one');
    await complete(first, b, 'stays', 'two');
    const second = (await begin('second')).run;
    await complete(second, (await plan(second, ['b']))[0], 'stays', 'three');
    expect((await artifactsAt(db, name, 2, 'em/0')).map((r) => r.key)).toEqual(['0/0/0']);
    expect((await artifactsAt(db, name, 1, 'em/0')).map((r) => r.key)).toEqual(['0/0/0', '0/0/1']);
  });

  it('keep the rows of a task whose inputs did not change', async () => {
    const first = (await begin('first')).run;
    await complete(first, (await plan(first, ['a']))[0], 'same', 'same');
    const inputHash = (await db.getRepository(Task).findOneByOrFail({ run: first.id })).inputHash!;
    const second = (await begin('second')).run;
    const [id] = await plan(second, ['a']);
    const task = await takeTask(db, id);
    expect(await findEarlierResult(db, name, inputHash, 2)).toMatchObject({
      stands: true,
      artifacts: [artifact('0/0/0', 'same')],
    });
    await commitReused(db, { taskId: id, fence: task!.fence, inputHash, waitingMs: 0, ioMs: 0 });
    await finishStage(db, { run: second, stage: 'render', stageVersion: 1, layer: 'L2', record: record() });
    await finishRun(db, second.id);
    expect((await artifactsAt(db, name, 2, 'em/0'))[0].hash).toBe(hashJson('same'));
    const lineage = await stageLineage(db, name, 2, 'render');
    expect(lineage[0].inputs).toEqual([{ kind: 'tile', key: '0', hash: hashJson('tile'), role: 'pixels' }]);
  });

  it('are found again by what made them', async () => {
    const { run } = await begin();
    await complete(run, (await plan(run, ['a']))[0], 'x');
    expect((await completeRunWithInput(db, name, hashJson('same')))?.id).toBe(run.id);
    expect(await completeRunWithInput(db, name, hashJson('other'))).toBeNull();
  });
});

describe('the six provenance fields', () => {
  const columns = [
    'input_hash',
    'code_commit',
    'code_dirty',
    'model_id',
    'model_hash',
    'parameters',
    'environment',
    'output_hash',
  ];

  it.each(columns)('PostgreSQL refuses a stage run without %s', async (column) => {
    const { run } = await begin();
    await complete(run, (await plan(run, ['a']))[0], 'x');
    await expect(db.query(`UPDATE stage_run SET ${column} = NULL WHERE run = $1`, [run.id])).rejects.toThrow(
      /not-null/,
    );
  });

  it.each(['inputHash', 'code', 'model', 'parameters', 'environment', 'outputHash'] as const)(
    'code refuses a stage run without %s, and nothing is committed',
    async (field) => {
      const { run } = await begin();
      await plan(run, []);
      const { [field]: _, ...incomplete } = record();
      const completion = { run, stage: 'render', stageVersion: 1, layer: 'L2' };
      const refused = finishStage(db, { ...completion, record: incomplete as ReturnType<typeof record> });
      await expect(refused).rejects.toThrow(field);
      expect(await stageRunsOf(db, run.id)).toEqual([]);
    },
  );
});

it('says in one sentence that PostgreSQL cannot be reached, without the password', async () => {
  const refused = openDatabase('postgres://user:secret@127.0.0.1:1/none');
  await expect(refused).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.not.stringContaining('secret'),
  });
});
