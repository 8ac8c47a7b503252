import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { conflict } from '@stratome/core';
import { resetServices, stateFolder } from '@stratome/services';
import { runs } from '../action.js';
import { stopRecorded } from '../processes/ledger.js';
import { deleteDatasetWhole } from '../run/delete-dataset.js';
import { withServers } from '../session.js';

/** What Stratome keeps in the state folder beside the servers' own; anything else in it stays. */
const ownEntries = ['objects', 'archive', 'phantoms', 'processes', 'ports.json'];

async function confirm(what: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Delete ${what}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw conflict('Nothing was deleted.', 'Answer y, or give --yes.');
  } finally {
    terminal.close();
  }
}

export function defineReset(command: Command): Command {
  command
    .option('--dataset <name>', 'delete this dataset only; the servers go on')
    .option('--yes', 'do not ask (nobody is asked without a terminal either)');
  return runs<{ yes?: boolean; dataset?: string }>(command, async (_args, options, { json, note }) => {
    const { yes, dataset } = options;
    const folder = stateFolder();
    const asked = !yes && !json && process.stdin.isTTY;
    if (dataset !== undefined) {
      if (asked) await confirm(`the dataset ${dataset} and everything made from it`);
      await withServers(note, false, (session) => deleteDatasetWhole(session, dataset));
      return { json: { reset: dataset }, text: `Deleted the dataset ${dataset}.` };
    }
    if (asked) await confirm(`all datasets and databases in ${folder}`);
    const processes = await stopRecorded(folder);
    const stopped = await resetServices({ onProgress: note });
    for (const entry of ownEntries) await rm(join(folder, entry), { recursive: true, force: true });
    return { json: { stopped, processes, reset: folder }, text: `Deleted what Stratome kept in ${folder}.` };
  });
}
