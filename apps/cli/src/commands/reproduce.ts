import { badInput } from '@stratome/core';
import { stages, type StageName } from '@stratome/pipeline';
import { reproduce, type StageReproduction } from '@stratome/reconstruction-worker';
import { Option, type Command } from 'commander';
import { runs, type Console, type Outcome } from '../action.js';
import { findRun } from '../lineage/find-run.js';
import { wholeNumber } from '../options.js';
import { withRunningServers, type Session } from '../session.js';
import { renderTable } from '../table.js';

interface ReproduceOptions {
  tasks?: number;
  all?: true;
}

const tasksByDefault = 2;

const words = {
  exact: 'bit for bit',
  similar: 'not bit for bit: another class of environment',
  none: 'none: the stage means something else now',
} as const;

const namedAtMost = 20;

/** A stage whose artefacts differ although they were promised not to. */
const brokenPromise = ({ differing, promise }: StageReproduction): boolean =>
  differing.length > 0 && promise.equality === 'exact';

function describe(stagesDone: readonly StageReproduction[]): string {
  const table = renderTable(
    [
      { title: 'stage' },
      { title: 'tasks', align: 'right' },
      { title: 'artefacts', align: 'right' },
      { title: 'differ', align: 'right' },
      { title: 'equality promised' },
    ],
    stagesDone.map((s) => [
      `${stages[s.stage as StageName].layer} ${s.stage}`,
      `${s.executed} of ${s.tasks}`,
      s.artifacts,
      s.differing.length,
      words[s.promise.equality],
    ]),
  );
  const lines = [table];
  const differences = new Set(stagesDone.flatMap(({ promise }) => promise.differences));
  lines.push(...differences);
  const differing = stagesDone.flatMap((s) => s.differing.map((d) => ({ ...d, stage: s.stage })));
  for (const { stage, task, kind, key, recorded, found } of differing.slice(0, namedAtMost))
    lines.push(
      `${stage} ${task}: ${kind} ${key} was ${recorded ?? 'not made'}, now ${found ?? 'it is not made'}`,
    );
  if (differing.length > namedAtMost)
    lines.push(`… and ${differing.length - namedAtMost} more; --json names all.`);
  return lines.join('\n');
}

async function carryOut(
  { db, home, settings }: Session,
  name: string,
  tasks: number | undefined,
  { progress }: Console,
): Promise<Outcome> {
  const { run, dataset, stageRuns } = await findRun(db, name);
  const done = await reproduce(
    {
      db,
      storeRoot: home,
      modelsDirectory: settings.STRATOME_MODELS,
      threads: settings.STRATOME_WORKER_THREADS,
      progress: (step, stage, count, total) =>
        progress.update({
          stage: step === 'check' ? 'check record' : `${stages[stage as StageName].layer} ${stage}`,
          done: count,
          total,
          ...(step === 'check' && { unit: `tasks of ${stage}` }),
        }),
    },
    { run, dataset, stageRuns, tasks },
  );
  const equal = done.every(({ differing }) => differing.length === 0);
  return {
    json: { run: run.id, dataset: run.dataset, revision: run.revision, equal, stages: done },
    text: describe(done),
    exitCode: done.some(brokenPromise) ? 6 : 0,
  };
}

export function defineReproduce(command: Command): Command {
  command
    .argument('<run>', 'id of a run or of a stage run; or a dataset, for the run behind what readers see')
    .addOption(
      new Option(
        '--tasks <number>',
        `tasks of each stage, evenly spread (default ${tasksByDefault})`,
      ).argParser(wholeNumber('number of tasks', 1)),
    )
    .option('--all', 'every task of every stage')
    .addHelpText(
      'after',
      '\nNothing is stored or committed. Exit code 6 when an artefact differs that was promised to be equal.',
    );
  return runs<ReproduceOptions>(command, async ([name], { tasks, all }, console) => {
    if (all && tasks !== undefined) throw badInput('Both --tasks and --all are given.', 'Give one of them.');
    const wanted = all ? undefined : (tasks ?? tasksByDefault);
    return withRunningServers((session) => carryOut(session, name, wanted, console));
  });
}
