import { requireDataset } from '@stratome/operations';
import type { Command } from 'commander';
import { runs, type Console, type Outcome } from '../action.js';
import { formatCount } from '../display/units.js';
import { differingLines, equalLine, verificationJson } from '../display/verification.js';
import { verifyDataset } from '../lineage/verify-dataset.js';
import { workersOption } from '../options.js';
import { repair } from '../run/repair.js';
import { tidy } from '../run/tidy.js';
import { withServers, type Session } from '../session.js';

async function carryOut(session: Session, name: string, workers: number, console: Console): Promise<Outcome> {
  const dataset = await requireDataset(session.db, name);
  await tidy(session, name, console);
  const before = await verifyDataset(session, name, console);
  if (before.wrong.length === 0) {
    return {
      json: { dataset: name, revision: dataset.headRevision, repaired: false, ...verificationJson(before) },
      text: `${equalLine(name, before)} There is nothing to repair.`,
    };
  }
  console.note(`${formatCount(before.wrong.length)} things differ; making anew what is missing or altered.`);
  const { run, executed, reused, discarded } = await repair(session, { dataset, before, workers }, console);
  const after = await verifyDataset(session, name, console);
  const equal = after.wrong.length === 0;
  return {
    json: {
      dataset: name,
      revision: run.revision,
      repaired: true,
      tasks: { executed, reused },
      discarded,
      before: verificationJson(before),
      ...verificationJson(after),
    },
    text: [
      `Revision ${run.revision}: ${executed} tasks ran, ${reused} were kept; ${discarded} altered objects were made anew.`,
      ...(equal ? [equalLine(name, after)] : ['Still not as the lineage says:', ...differingLines(after)]),
    ].join('\n'),
    exitCode: equal ? 0 : 6,
  };
}

export function defineRepair(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .addOption(workersOption().default(1))
    .addHelpText(
      'after',
      '\nThe run behind what readers see is carried out again: what still stands is kept, the rest comes out as it was.' +
        '\nExit code 6 when something still differs, as where an earlier revision alone had it.',
    );
  return runs<{ workers: number }>(command, ([dataset], { workers }, console) =>
    withServers(console.note, false, (session) => carryOut(session, dataset, workers, console)),
  );
}
