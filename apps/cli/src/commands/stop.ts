import type { Command } from 'commander';
import { stateFolder, stopServices } from '@stratome/services';
import { runs } from '../action.js';
import { stopRecorded } from '../processes/ledger.js';

export function defineStop(command: Command): Command {
  return runs(command, async (_args, _options, { note }) => {
    const processes = await stopRecorded(stateFolder());
    const stopped = await stopServices({ onProgress: note });
    const names = [...processes.map(({ role, pid }) => `${role} ${pid}`), ...stopped];
    const text = names.length > 0 ? `Stopped ${names.join(', ')}.` : 'No local server was running.';
    return { json: { stopped, processes }, text };
  });
}
