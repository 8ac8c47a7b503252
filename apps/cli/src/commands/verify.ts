import { notFound, StratomeError } from '@stratome/core';
import { latestRun, stageHashes, stageRunsOf } from '@stratome/operations';
import { artifactSetHash } from '@stratome/provenance';
import type { Command } from 'commander';
import { runs, type Console, type Outcome } from '../action.js';
import { verifyObjects, type NamedContent, type Verification } from '../lineage/verify-objects.js';
import { withRunningServers, type Session } from '../session.js';

interface StageDifference {
  readonly stage: string;
  readonly recorded: string;
  readonly found: string;
}

/** Every result of every revision that has an object of its own; chunks of nothing but fill value have none. */
const resultsOf = ({ db }: Session, dataset: string): Promise<NamedContent[]> =>
  db.query(
    'SELECT kind, key, hash FROM artifact WHERE dataset = $1 AND bytes > 0 ORDER BY kind, key COLLATE "C", from_revision',
    [dataset],
  );

/** Stages of the latest run whose output is no longer what their record says. */
async function differingStages({ db }: Session, dataset: string): Promise<StageDifference[]> {
  const run = await latestRun(db, dataset);
  if (!run) throw notFound(`There is no dataset "${dataset}".`, 'npx stratome status lists what there is.');
  const differences: StageDifference[] = [];
  for (const { stage, outputHash } of await stageRunsOf(db, run.id)) {
    const found = artifactSetHash((await stageHashes(db, run, stage)).outputs);
    if (found !== outputHash) differences.push({ stage, recorded: outputHash, found });
  }
  return differences;
}

function describe(dataset: string, { objects, results }: Verification): string {
  return `"${dataset}": ${objects} objects behind ${results} results hold what the lineage says.`;
}

async function verify(session: Session, dataset: string, { note }: Console): Promise<Outcome> {
  const stages = await differingStages(session, dataset);
  const results = await resultsOf(session, dataset);
  let done = 0;
  const verification = await verifyObjects(session.store, results, () => {
    if (++done % 1000 === 0) note(`${done} objects hashed`);
  });
  const { differences } = verification;
  if (differences.length === 0 && stages.length === 0) {
    return { json: { dataset, ...verification, stages }, text: describe(dataset, verification) };
  }
  const named = [
    ...differences.map(({ kind, key, problem }) => `${kind} ${key} is ${problem}`),
    ...stages.map(({ stage }) => `the output of ${stage} is not what its record says`),
  ];
  throw new StratomeError(
    'corrupt',
    `"${dataset}" differs from its lineage in ${named.length} places: ${named.join('; ')}.`,
    'Run the dataset again: what is missing or altered is made anew.',
  );
}

export function defineVerify(command: Command): Command {
  command.argument('<dataset>', 'name of the dataset');
  return runs(command, ([dataset], _options, console) =>
    withRunningServers((session) => verify(session, dataset, console)),
  );
}
