import { writeFile } from 'node:fs/promises';
import { notFound } from '@stratome/core';
import { latestRun, stageHashes, stageRunsOf, type Run, type StageRun } from '@stratome/operations';
import { toOpenLineage, toProvJson, type LineageResult, type LineageRun } from '@stratome/provenance';
import { Option, type Command } from 'commander';
import { runs } from '../action.js';
import { withRunningServers, type Session } from '../session.js';

interface LineageOptions {
  format: 'prov' | 'openlineage';
  out?: string;
}

/** What the tasks of a stage read, each content once. */
const usedBy = ({ db }: Session, run: Run, stage: string): Promise<LineageResult[]> =>
  db.query(
    `SELECT DISTINCT i.kind, i.key, i.hash FROM task t
     JOIN task made ON made.dataset = t.dataset AND made.stage = t.stage
      AND (made.id = t.id OR (t.reused AND made.input_hash = t.input_hash))
     JOIN task_input i ON i.task = made.id
     WHERE t.run = $1 AND t.stage = $2 ORDER BY i.kind, i.key, i.hash`,
    [run.id, stage],
  );

async function lineageRun(session: Session, run: Run, record: StageRun): Promise<LineageRun> {
  const { outputs } = await stageHashes(session.db, run, record.stage);
  return {
    id: record.id,
    stage: record.stage,
    layer: record.layer,
    inputHash: record.inputHash,
    code: { commit: record.codeCommit, dirty: record.codeDirty },
    model: { id: record.modelId, hash: record.modelHash },
    parameters: record.parameters,
    environment: record.environment,
    outputHash: record.outputHash,
    startedAt: record.startedAt.toISOString(),
    finishedAt: record.finishedAt.toISOString(),
    used: await usedBy(session, run, record.stage),
    generated: outputs.toSorted((a, b) => (`${a.kind}/${a.key}` < `${b.kind}/${b.key}` ? -1 : 1)),
  };
}

async function readLineage(session: Session, dataset: string): Promise<LineageRun[]> {
  const run = await latestRun(session.db, dataset);
  if (!run) throw notFound(`There is no dataset "${dataset}".`, 'npx stratome status lists what there is.');
  const records: LineageRun[] = [];
  for (const record of await stageRunsOf(session.db, run.id))
    records.push(await lineageRun(session, run, record));
  return records;
}

export function defineLineage(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .addOption(
      new Option('--format <name>', 'W3C PROV-JSON or OpenLineage events, one a line')
        .choices(['prov', 'openlineage'])
        .default('prov'),
    )
    .option('--out <file>', 'write there instead of to the terminal');
  return runs<LineageOptions>(command, async ([dataset], { format, out }) => {
    const records = await withRunningServers((session) => readLineage(session, dataset));
    const events = format === 'openlineage' ? toOpenLineage(dataset, records) : undefined;
    const text = events
      ? events.map((event) => JSON.stringify(event)).join('\n')
      : JSON.stringify(toProvJson(dataset, records), null, 1);
    if (!out) return { json: events ?? (JSON.parse(text) as unknown), text };
    await writeFile(out, `${text}\n`);
    return { json: { out, runs: records.length }, text: `${records.length} stage runs written to ${out}.` };
  });
}
