import { userInfo } from 'node:os';
import { rollback } from '@stratome/revisions';
import type { Command } from 'commander';
import { runs } from '../action.js';
import { wholeNumber } from '../options.js';
import { withRunningServers } from '../session.js';

interface RollbackOptions {
  note?: string;
}

export function defineRollback(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .argument('<revision>', 'the revision to bring back', wholeNumber('revision', 1))
    .option('--note <text>', 'why, for the list of revisions');
  return runs<RollbackOptions>(command, async (args, { note }) => {
    const [dataset, restores] = args as unknown as [string, number];
    return withRunningServers(async ({ db, graph }) => {
      const author = userInfo().username;
      const made = await rollback(db, graph, { dataset, revision: restores, author, note });
      const { neurons, connections } = made.changes;
      const text =
        `"${dataset}" is at revision ${made.revision}, which brings revision ${restores} back: ` +
        `neurons +${neurons.added} ~${neurons.changed} -${neurons.removed}, ` +
        `connections +${connections.added} ~${connections.changed} -${connections.removed}.`;
      return { json: { ...made, restores }, text };
    });
  });
}
