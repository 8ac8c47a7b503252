import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { queries, type Graph } from '@stratome/connectome';
import type { CrashPoint } from '@stratome/core';
import { intendedRevision, requireDataset, Run, stageRunsOf } from '@stratome/operations';
import { commitRevision, reconcile } from '@stratome/revisions';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateAtHead, type HeadState } from './revision-state.mjs';
import { objects, openStagedTissue, original, synapsesIn, type StagedTissue } from './staged-tissue.js';
import { stratome } from './stratome-command.js';

/*
 * A process is killed before and after every durable write of a rollback; bench/crash does the same to whole runs.
 */

const dataset = `crash_${randomUUID().replaceAll('-', '')}`;
const other = {
  agglomeration: 'second',
  objects: objects.filter(({ id }) => id !== '5'),
  synapses: [synapsesIn[0], synapsesIn[1], []],
  across: [],
};
let tissue: StagedTissue;
let db: DataSource;
let graph: Graph;
/** What readers see of the two contents between which the dataset goes back and forth. */
let contents: Record<1 | 2, HeadState>;

const state = () => stateAtHead(db, graph, dataset);
const head = async () => Number((await graph.first(queries.head, { dataset }))!.revision);

/** Runs the stratome command until it kills itself at `point`. @returns the signal that ended it */
function killedAt(point: CrashPoint, ...args: string[]): Promise<NodeJS.Signals | null> {
  const script = join(fileURLToPath(new URL('..', import.meta.url)), 'apps/cli/bin/stratome.mjs');
  const env = { ...process.env, STRATOME_CRASH_AT: point };
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], { env, stdio: 'ignore' });
    child.once('exit', (_, signal) => done(signal));
  });
}

beforeAll(async () => {
  tissue = await openStagedTissue(dataset);
  ({ db, graph } = tissue);
  await tissue.complete(original);
  const one = await state();
  await tissue.complete(other);
  contents = { 1: one, 2: await state() };
});

afterAll(() => tissue.close());

/** Points of a rollback, in order, and whether readers see its revision when the process ends there. */
const points: [CrashPoint, boolean][] = [
  ['intent.before', false],
  ['intent.inside', false],
  ['intent.after', false],
  ['graph.before', false],
  ['graph.inside', false],
  ['graph.after', true],
  ['completion.before', true],
  ['completion.after', true],
];

describe('a rollback that is killed', () => {
  let shown: 1 | 2 = 2;

  it.each(points)(
    'at %s leaves one revision or the other whole, and can be repeated',
    async (point, through) => {
      const target = shown === 1 ? 2 : 1;
      const before = await head();
      expect(await killedAt(point, 'rollback', dataset, String(target))).toBe('SIGKILL');
      expect(await head()).toBe(through ? before + 1 : before);
      expect(await state()).toEqual(contents[through ? target : shown]);
      const { code, json } = await stratome('rollback', dataset, String(target));
      expect(json.error).toBeUndefined();
      expect(code).toBe(0);
      expect(await state()).toEqual(contents[target]);
      expect((await requireDataset(db, dataset)).headRevision).toBe(await head());
      expect(await intendedRevision(db, dataset)).toBeNull();
      shown = target;
    },
  );

  it('while it tidies up after another one, neither', async () => {
    const target = shown === 1 ? 2 : 1;
    await killedAt('intent.after', 'rollback', dataset, String(target));
    for (const point of ['dropIntent.before', 'dropIntent.after'] as const) {
      await killedAt(point, 'rollback', dataset, String(target));
      expect(await state()).toEqual(contents[shown]);
    }
    expect(await reconcile(db, graph, dataset)).toBe('nothing');
  });
});

describe('a run whose process ends after readers were shown its revision', () => {
  it('is completed from what the graph holds, with the six fields, by whoever writes next', async () => {
    const run = await tissue.makeRevision(original);
    await tissue.serve(run);
    await db.query(`UPDATE run SET state = 'failed' WHERE id = $1`, [run.id]);
    await db.query(`UPDATE dataset SET writing_run = NULL WHERE name = $1`, [dataset]);
    expect(await reconcile(db, graph, dataset)).toBe('completed');
    expect(await db.getRepository(Run).findOneByOrFail({ id: run.id })).toMatchObject({ state: 'done' });
    expect((await requireDataset(db, dataset)).headRevision).toBe(run.revision);
    const record = (await stageRunsOf(db, run.id)).find(({ stage }) => stage === 'graph')!;
    const nodes = await graph.run(queries.stageRuns, { dataset, stage: 'graph', limit: 100 });
    expect(nodes.find(({ runId }) => runId === record.id)).toMatchObject({
      inputHash: record.inputHash,
      parametersHash: record.parametersHash,
      environmentHash: record.environmentHash,
      outputHash: record.outputHash,
    });
    expect(await reconcile(db, graph, dataset)).toBe('nothing');
  });

  it('and one whose revision nobody saw makes way for an edit, and goes on after it', async () => {
    const before = await head();
    const run = await tissue.makeRevision(other);
    await db.query(`UPDATE run SET state = 'failed' WHERE id = $1`, [run.id]);
    await db.query(`UPDATE dataset SET writing_run = NULL WHERE name = $1`, [dataset]);
    const edit = {
      dataset,
      kind: 'annotation' as const,
      author: 'test',
      change: async () => ({ delta: {} }),
    };
    expect(await commitRevision(db, graph, edit)).toMatchObject({ revision: before + 1 });
    expect((await state()).volumes).toBe(contents[1].volumes);
    const resumed = await tissue.complete(other);
    expect(resumed).toMatchObject({ id: run.id, revision: before + 2 });
    expect(await state()).toEqual(contents[2]);
  });
});
