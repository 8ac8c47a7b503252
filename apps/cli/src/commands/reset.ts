import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { conflict } from '@stratome/core';
import { resetServices, stateFolder } from '@stratome/services';
import { runs } from '../action.js';

async function confirm(folder: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Delete all datasets and databases in ${folder}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw conflict('Nothing was deleted.', 'Answer y, or give --yes.');
  } finally {
    terminal.close();
  }
}

export function resetCommand(): Command {
  const command = new Command('reset')
    .description('stop the local servers and delete all datasets, databases and logs; downloads stay')
    .option('--yes', 'do not ask (nobody is asked without a terminal either)');
  return runs<{ yes?: boolean }>(command, async (_args, { yes }, { json, note }) => {
    const folder = stateFolder();
    if (!yes && !json && process.stdin.isTTY) await confirm(folder);
    const stopped = await resetServices({ onProgress: note });
    return { json: { stopped, reset: folder }, text: `Deleted what Stratome kept in ${folder}.` };
  });
}
